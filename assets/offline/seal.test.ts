import { readFileSync } from "node:fs";
import { DhkemX25519HkdfSha256 } from "@hpke/dhkem-x25519";
import { describe, expect, it } from "vitest";
import { fromText, idBytes, toText, utf8 } from "./bytes";
import { seal, unseal } from "./seal";
import { KEY, newAccountId, PRIVATE } from "./worlds";

interface Vector {
  readonly event_id: string;
  readonly info: string;
  readonly private_key: string;
  readonly public_key: string;
  readonly ephemeral_private_key: string;
  readonly plain: string;
  readonly sealed: string;
}

// the server's tests hold themselves to the same file
const VECTORS = JSON.parse(readFileSync("tests/exchange/device_event/seal-vectors.json", "utf-8")) as Vector[];
const kem = new DhkemX25519HkdfSha256();

async function ephemeral(vector: Vector): Promise<CryptoKeyPair> {
  const enc = fromText(vector.sealed).slice(0, 32);
  return {
    privateKey: await kem.deserializePrivateKey(fromText(vector.ephemeral_private_key).buffer),
    publicKey: await kem.deserializePublicKey(enc.buffer),
  };
}

describe("the seal", () => {
  it.each(VECTORS)("is the server's, byte for byte: $event_id", async (vector) => {
    expect(fromText(vector.info)).toEqual(utf8("throughline/device-event/1"));
    const key = { version: 1, public_key: vector.public_key };
    expect(await seal(vector.plain, vector.event_id, key, await ephemeral(vector))).toBe(vector.sealed);
    expect(await unseal(vector.sealed, vector.event_id, fromText(vector.private_key))).toBe(vector.plain);
  });

  it("is another one each time, and opens for its own id alone, unchanged", async () => {
    const id = newAccountId();
    const [one, other] = [await seal("told", id, KEY), await seal("told", id, KEY)];
    expect(one).not.toBe(other);
    expect(await unseal(one, id, fromText(PRIVATE))).toBe("told");
    await expect(unseal(one, newAccountId(), fromText(PRIVATE))).rejects.toThrow();
    const bytes = fromText(one);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await expect(unseal(toText(bytes), id, fromText(PRIVATE))).rejects.toThrow();
  });
});

describe("bytes", () => {
  it("go into text and back", () => {
    for (const length of [0, 1, 2, 3, 32]) {
      const bytes = Uint8Array.from({ length }, (_unused, place) => 255 - place);
      expect(fromText(toText(bytes))).toEqual(bytes);
    }
    expect(idBytes("0190f3c0-0000-7000-8000-0000000000ff")[15]).toBe(255);
    expect(() => idBytes("0190f3c0")).toThrow();
  });
});
