import { expect, it } from "vitest";
import { Places } from "../coding/places";
import { markedAt, markedIn, markedNext } from "./marked";
import { Name } from "./names";

const TEXT = "🙂 Kayleigh Brown, of Brown Lane.";

function name(term: string, label: string, places: string[], isReplaced = true): Name {
  const box = document.createElement("fieldset");
  const boxes = places.map((value) => `<input type="checkbox" name="g0-at" value="${value}" checked>`).join("");
  box.innerHTML = `<span data-term>${term}</span><input name="g0-label" value="${label}">${boxes}
    <input type="radio" name="g0-do" value="replace" ${isReplaced ? "checked" : ""}>
    <input type="radio" name="g0-do" value="leave" ${isReplaced ? "" : "checked"}>`;
  return new Name(box);
}

it("shows what is taken out before what stays, the longer before the shorter, each place once", () => {
  const names = [
    name("Kayleigh Brown", "person 1", ["2-16"], false),
    name("Brown", "person 2", ["11-16", "21-26"]),
    name("Brown Lane", "place A", ["21-31"]),
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
  const one = name("Brown", "person 2", ["11-16", "21-26"], false);
  one.take(1, true);
  expect([one.isTaken(0), one.isTaken(1), one.taken]).toEqual([false, true, 1]);
  one.take(1, false);
  expect(one.isReplaced).toBe(false);
  one.takeAll(true);
  expect(one.taken).toBe(2);
});
