import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromText, idBytes, toText } from "./bytes";
import { seal, unseal } from "./seal";
import { KEY, newAccountId, PRIVATE } from "./worlds";

interface Vector {
  readonly event_id: string;
  readonly private_key: string;
  readonly public_key: string;
  readonly plain: string;
  readonly sealed: string;
}

// sealed by the server's implementation, which its own tests open as well
const VECTORS = JSON.parse(readFileSync("tests/exchange/device_event/seal-vectors.json", "utf-8")) as Vector[];

describe("the seal", () => {
  it.each(VECTORS)("opens what the server's sealed, and seals as it does: $event_id", async (vector) => {
    const privateKey = fromText(vector.private_key);
    expect(await unseal(vector.sealed, vector.event_id, privateKey)).toBe(vector.plain);
    const ours = await seal(vector.plain, vector.event_id, { version: 1, public_key: vector.public_key });
    expect(ours.length).toBe(vector.sealed.length);
    expect(await unseal(ours, vector.event_id, privateKey)).toBe(vector.plain);
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
