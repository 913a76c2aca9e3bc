import { describe, expect, it } from "vitest";
import type { Span, Turn } from "./passages";
import { Walk } from "./walk";

const LINES = ["Why come? Tell me.", "For a pipe. Then I stayed!", "And then?"];
const TEXT = LINES.join("\n");
const STARTS = LINES.map((_line, index) => LINES.slice(0, index).join("\n").length + (index ? 1 : 0));
const TURNS: Turn[] = LINES.map((line, index) => {
  const from = STARTS[index] ?? 0;
  return { number: index + 1, speaker: "P", isTeam: false, from, to: from + line.length };
});

function words(span: Span | null): string {
  return span ? TEXT.slice(span.from, span.to) : "";
}

describe.each([
  ["turns", TURNS],
  ["paragraphs", []],
])("Walk by %s", (_name, turns) => {
  const walk = new Walk(TEXT, turns, "en");

  it("goes through all of them and stops at the last", () => {
    const seen: string[] = [];
    let at: Span = { from: 0, to: 0 };
    for (let span = walk.turn(at, 1); span; span = walk.turn(at, 1)) {
      seen.push(words(span));
      at = span;
    }
    expect(seen).toEqual(LINES);
    expect(words(walk.turn(at, -1))).toBe(LINES[1]);
  });

  it("goes through all sentences in both directions", () => {
    const there: string[] = [];
    let at: Span = { from: 0, to: 0 };
    for (let span = walk.sentence(at, 1); span; span = walk.sentence(at, 1)) {
      there.push(words(span));
      at = span;
    }
    expect(there).toEqual(["Why come?", "Tell me.", "For a pipe.", "Then I stayed!", "And then?"]);
    const back = [words(at)];
    for (let span = walk.sentence(at, -1); span; span = walk.sentence(at, -1)) {
      back.push(words(span));
      at = span;
    }
    expect(back).toEqual([...there].reverse());
  });

  it("takes the sentence in which the caret stands", () => {
    expect(words(walk.sentenceAt(TEXT.indexOf("stayed")))).toBe("Then I stayed!");
  });
});
