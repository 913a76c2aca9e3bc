import { expect, it } from "vitest";
import { Places } from "../coding/places";
import { markedAt, markedIn, markedNext } from "./marked";
import { Name } from "./names";

const TEXT = "🙂 Kayleigh Brown, of Brown Lane.";

function name(term: string, label: string, places: [number, number][], replaced = true): Name {
  return new Name({ field: "g0", term, kind: "person", label, why: "", replaced, marked: "", places, chosen: null });
}

it("shows what is taken out before what stays, the longer before the shorter, each place once", () => {
  const names = [
    name("Kayleigh Brown", "person 1", [[2, 16]], false),
    name("Brown", "person 2", [[11, 16], [21, 26]]),
    name("Brown Lane", "place A", [[21, 31]]),
  ];
  const marked = markedIn(names, new Places(TEXT));
  const shown = marked.map((one) => [TEXT.slice(one.from, one.to), one.name.label, one.isTaken]);
  expect(shown).toEqual([
    ["Brown", "person 2", true],
    ["Brown Lane", "place A", true],
  ]);
  const [first, second] = marked;
  expect(markedNext(marked, { from: 0, to: 0 }, 1)).toBe(first);
  expect(markedNext(marked, { from: first?.from ?? 0, to: first?.to ?? 0 }, 1)).toBe(second);
  expect(markedAt(marked, { from: 0, to: 4 })).toBeNull();
});

it("takes one place out of a name that was left, and leaves the name when none is taken any more", () => {
  const one = name("Brown", "person 2", [[11, 16], [21, 26]], false);
  one.take(1, true);
  expect([one.isTaken(0), one.isTaken(1), one.taken]).toEqual([false, true, 1]);
  one.take(1, false);
  expect(one.isReplaced).toBe(false);
  one.takeAll(true);
  expect(one.taken).toBe(2);
  one.label = "worker 3";
  expect(one.answer()).toEqual(["g0", true, "person", "worker 3", null, ""]);
  one.take(0, false);
  expect(one.answer()).toEqual(["g0", true, "person", "worker 3", [[21, 26]], ""]);
});
