import { describe, expect, it } from "vitest";
import { Arrangement, branches, digitsOf, type Leaf, parentOf, unfolded } from "./tree";

function leaf(id: string, depth: number, isInUse = true): Leaf {
  return { id, depth, isInUse };
}

// a (a1 (a11), a2, retired), b (retired c: c1)
const CODES = [
  leaf("a", 0), leaf("a1", 1), leaf("a11", 2), leaf("a2", 1), leaf("gone", 1, false), leaf("b", 0), leaf("c", 0, false), leaf("c1", 1),
];
const ids = (those: readonly Leaf[]): string => those.map((one) => one.id).join(" ");

describe("the tree of codes", () => {
  it("knows what has codes under it, and what a fold hides", () => {
    expect([...branches(CODES)].sort()).toEqual(["a", "a1", "c"]);
    expect(ids(unfolded(CODES, new Set()))).toBe("a a1 a11 a2 b c1");
    expect(ids(unfolded(CODES, new Set(["a1"])))).toBe("a a1 a2 b c1");
    expect(ids(unfolded(CODES, new Set(["a", "a1", "c"])))).toBe("a b c1");
    expect(parentOf(CODES, "a11")?.id).toBe("a1");
    expect(parentOf(CODES, "c1")).toBeNull();
  });

  it("gives digits to the first codes, but those that were chosen stand", () => {
    expect([...digitsOf(CODES, {})].map((one) => one.join(""))).toEqual(["1a", "2a1", "3a11", "4a2", "5b", "6c1"]);
    const chosen = digitsOf(CODES, { 1: "b", 5: "gone", x: "a" });
    expect(chosen.get("1")).toBe("b");
    expect(chosen.get("2")).toBe("a");
    expect(new Set(chosen.values()).size).toBe(chosen.size);
  });

  it("is remembered, and leaves nothing behind where nothing is arranged", () => {
    const held = new Map<string, string>();
    const shelf = {
      getItem: (key: string) => held.get(key) ?? null,
      setItem: (key: string, value: string) => void held.set(key, value),
      removeItem: (key: string) => void held.delete(key),
    };
    const one = new Arrangement(shelf, "k");
    one.fold("a", true);
    one.choose("1", "b");
    one.choose("2", "b");
    const again = new Arrangement(shelf, "k");
    expect([...again.folded]).toEqual(["a"]);
    expect(again.chosen).toEqual({ 2: "b" });
    again.fold("a", false);
    again.choose("2", "");
    expect(held.size).toBe(0);
    held.set("k", '{"folded":7,"digits":{"1":2}}');
    expect(new Arrangement(shelf, "k").chosen).toEqual({});
  });
});
