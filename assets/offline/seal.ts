import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { DhkemX25519HkdfSha256 } from "@hpke/dhkem-x25519";
import { type Bytes, fromText, idBytes, toText, utf8 } from "./bytes";

/** The programme's public key, and which of its versions it is. */
export interface PublicKey {
  readonly version: number;
  /** X25519, base64url. */
  readonly public_key: string;
}

const FORMAT = utf8("throughline/device-event/1");
const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/**
 * HPKE (RFC 9180), base mode, to the programme: whoever seals cannot open. It is sealed for this event's id, so that no
 * sealed record can be passed off as another. Gives enc || ciphertext, base64url.
 */
export async function seal(text: string, id: string, key: PublicKey): Promise<string> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(fromText(key.public_key).buffer);
  const sender = await suite.createSenderContext({ recipientPublicKey, info: about(id) });
  const sealed = new Uint8Array(await sender.seal(utf8(text).buffer));
  const whole = new Uint8Array(sender.enc.byteLength + sealed.length);
  whole.set(new Uint8Array(sender.enc));
  whole.set(sealed, sender.enc.byteLength);
  return toText(whole);
}

/** What the server does; here for tests alone, with a key that no device has. */
export async function unseal(sealed: string, id: string, privateKey: Bytes): Promise<string> {
  const whole = fromText(sealed);
  const recipient = await suite.createRecipientContext({
    recipientKey: await suite.kem.deserializePrivateKey(privateKey.buffer),
    enc: whole.slice(0, 32).buffer,
    info: about(id),
  });
  return new TextDecoder().decode(await recipient.open(whole.slice(32).buffer));
}

function about(id: string): ArrayBuffer {
  const of = idBytes(id);
  const whole = new Uint8Array(FORMAT.length + of.length);
  whole.set(FORMAT);
  whole.set(of, FORMAT.length);
  return whole.buffer;
}
