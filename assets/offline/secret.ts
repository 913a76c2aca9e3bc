import { argon2idAsync } from "@noble/hashes/argon2.js";
import { type Bytes, random, utf8 } from "./bytes";

/** What Argon2id costs: memory in KiB, passes over it. Kept with the vault, so that it may grow. */
export interface Cost {
  readonly memory: number;
  readonly passes: number;
}

/** RFC 9106 leaves it to the device; OWASP's lowest for Argon2id. A cheap phone needs two seconds for it. */
export const COST: Cost = { memory: 19_456, passes: 2 };

/** AES-GCM: what is kept, and the number that it was made with once. */
export interface Sealed {
  readonly iv: Bytes;
  readonly data: Bytes;
}

/** The key that a PIN opens the vault's own key with. */
export async function keyOfPin(pin: string, salt: Bytes, cost: Cost): Promise<CryptoKey> {
  // between the passes the screen is drawn: nobody thinks that the phone has stopped
  const raw = await argon2idAsync(utf8(pin), salt, { m: cost.memory, t: cost.passes, p: 1, dkLen: 32, asyncTick: 30 });
  return crypto.subtle.importKey("raw", raw as Bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

export function newKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
}

export async function rawKey(key: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", key));
}

/** A key that can be used and not read out again. */
export function keyOf(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** `about` is authenticated with it: what is kept under one name opens under no other. */
export async function encrypt(key: CryptoKey, data: Bytes, about: string): Promise<Sealed> {
  const iv = random(12);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(about) }, key, data);
  return { iv, data: new Uint8Array(sealed) };
}

/** Throws where the key is another one or a byte was changed. */
export async function decrypt(key: CryptoKey, sealed: Sealed, about: string): Promise<Bytes> {
  const { iv, data } = sealed;
  const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: utf8(about) }, key, data);
  return new Uint8Array(opened);
}
