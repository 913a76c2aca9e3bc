import { expect, it } from "vitest";
import { deadKey } from "./surface";

it("knows a letter that begins an accent on a Mac by its key", () => {
  const key = { key: "Dead", code: "KeyU", altKey: true };
  expect(deadKey(key)).toBe("Alt-u");
  expect([deadKey({ ...key, altKey: false }), deadKey({ ...key, key: "ç" }), deadKey({ ...key, code: "Quote" })]).toEqual([null, null, null]);
});
