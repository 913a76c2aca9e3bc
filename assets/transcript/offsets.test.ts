import { beforeEach, describe, expect, it } from "vitest";
import { codePoints, spanOfRange, spanOfTurn, utf16Units } from "./offsets";

// the source as the server holds it: two turns with a line break between, an emoji and a mathematical
// letter outside the basic plane in each, a combining accent (two code points, as in Python)
const FIRST = "I said 😀 yes, to the 𝒹octor";
const SECOND = "Cafe\u0301 🧑🏽‍⚕️ then home";
const SOURCE = `${FIRST}\n${SECOND}`;
const points = [...SOURCE];

function slice(start: number, end: number): string {
  return points.slice(start, end).join("");
}

function turnText(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no ${id}`);
  return found;
}

function select(from: Node, fromOffset: number, to: Node, toOffset: number): Range {
  const range = document.createRange();
  range.setStart(from, fromOffset);
  range.setEnd(to, toOffset);
  return range;
}

beforeEach(() => {
  const secondStart = [...FIRST].length + 1;
  document.body.innerHTML = `
    <p id="before">a heading</p>
    <ol class="transcript" data-transcript>
      <li class="turn"><span>1</span><p class="turn-speaker">Ama</p>
        <p id="one" data-turn-text data-start="0">I said <mark>😀 yes</mark>, to the 𝒹octor</p></li>
      <li class="turn"><span>2</span><p class="turn-speaker">Ben</p>
        <p id="two" data-turn-text data-start="${secondStart}">${SECOND}</p></li>
    </ol>`;
});

describe("codePoints", () => {
  it("counts an astral character once", () => {
    expect(codePoints("a😀b")).toBe(3);
    expect(codePoints("a😀b", 3)).toBe(2);
  });

  it("is undone by utf16Units at every boundary", () => {
    const units = [0];
    for (const point of points) units.push((units.at(-1) ?? 0) + point.length);
    units.forEach((unit, count) => {
      expect(codePoints(SOURCE, unit)).toBe(count);
      expect(utf16Units(SOURCE, count)).toBe(unit);
    });
  });
});

describe("spanOfRange", () => {
  it("gives offsets into the source after an astral character and inside other elements", () => {
    const one = turnText("one");
    const last = one.lastChild as Text;
    const span = spanOfRange(document, select(last, 2, last, 5));
    expect(span).not.toBeNull();
    expect(span?.text).toBe("to ");
    expect(slice(span!.start, span!.end)).toBe("to ");
  });

  it("crosses a mark", () => {
    const one = turnText("one");
    const span = spanOfRange(document, select(one.firstChild as Text, 2, one.lastChild as Text, 4));
    expect(slice(span!.start, span!.end)).toBe(span!.text);
    expect(span!.text).toBe("said 😀 yes, to");
  });

  it("covers several turns from the first word to the last", () => {
    const span = spanOfRange(
      document,
      select(turnText("one").firstChild as Text, 2, turnText("two").firstChild as Text, 5),
    );
    expect(slice(span!.start, span!.end)).toBe(`${FIRST.slice(2)}\nCafe\u0301`);
    expect(span!.text).toBe(slice(span!.start, span!.end));
  });

  it("takes the whole character when the selection cuts a surrogate pair", () => {
    const emoji = turnText("one").querySelector("mark")!.firstChild as Text;
    const span = spanOfRange(document, select(emoji, 1, emoji, 4));
    expect(span!.text).toBe("😀 y");
    expect(slice(span!.start, span!.end)).toBe("😀 y");
  });

  it("ignores speakers, turn numbers and what lies outside", () => {
    const speaker = document.querySelector(".turn-speaker")!.firstChild as Text;
    expect(spanOfRange(document, select(speaker, 0, speaker, 3))).toBeNull();
    const before = turnText("before").firstChild as Text;
    const span = spanOfRange(document, select(before, 0, turnText("two").firstChild as Text, 4));
    expect(span).toEqual({ start: 0, end: [...FIRST].length + 5, text: `${FIRST}\nCafe` });
  });

  it("is nothing where nothing is selected", () => {
    const text = turnText("two").firstChild as Text;
    expect(spanOfRange(document, select(text, 3, text, 3))).toBeNull();
  });

  it("refuses a turn that does not say where it starts", () => {
    const two = turnText("two");
    two.removeAttribute("data-start");
    const text = two.firstChild as Text;
    expect(() => spanOfRange(document, select(text, 0, text, 3))).toThrow(/data-start/);
  });
});

describe("spanOfTurn", () => {
  it("is the whole turn", () => {
    const span = spanOfTurn(turnText("two"));
    expect(slice(span.start, span.end)).toBe(SECOND);
    expect(span.text).toBe(SECOND);
  });
});
