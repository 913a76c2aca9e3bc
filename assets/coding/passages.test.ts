import { describe, expect, it } from "vitest";
import { type Drawn, inOrder, laidOut, laidWith, lying, matches, segments, sentences, touching, type Turn, uncoded, wordEdge } from "./passages";

const TEXT = "Why come? I came for a pipe. Then I stayed!\nAnd then? Nothing more.";

function coding(id: string, from: number, to: number): Drawn {
  return { id, from, to, code: id, name: id, hue: 1, who: "Ama", isOwn: true };
}

function turn(number: number, from: number, to: number, isTeam = false): Turn {
  return { number, from, to, speaker: "P", isTeam };
}

/** As the server would find it: character by character. */
function slowly(codings: readonly Drawn[], from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_unused, index) =>
    codings
      .filter((one) => one.from <= from + index && one.to > from + index)
      .map((one) => one.id)
      .join(),
  );
}

function chances(seed: number): (most: number) => number {
  let last = seed;
  return (most) => {
    last = (last * 16807) % 2147483647;
    return last % most;
  };
}

describe("segments", () => {
  it("agrees with every character for many random codings", () => {
    const chance = chances(7);
    for (let run = 0; run < 200; run += 1) {
      const codings = inOrder(
        Array.from({ length: 8 }, (_unused, index) => {
          const from = chance(38);
          return coding(String(index), from, from + 1 + chance(40 - from));
        }),
      );
      const [from, to] = [chance(10), 20 + chance(20)];
      const found = Array.from({ length: to - from }, () => "");
      for (const one of segments(laidOut(codings), from, to)) {
        for (let at = one.from; at < one.to; at += 1) {
          expect(found[at - from]).toBe("");
          found[at - from] = one.codings.map((held) => held.id).join();
        }
      }
      expect(found).toEqual(slowly(codings, from, to));
    }
  });
});

describe("what is laid", () => {
  it("gives codings that share a character lanes of their own, and a freed lane to the next", () => {
    const found = laidOut(inOrder([coding("a", 0, 10), coding("b", 5, 8), coding("c", 8, 12), coding("d", 12, 14)]));
    expect(found).toMatchObject({ lanes: [0, 1, 1, 0], depth: 2, reaches: [10, 10, 12, 14] });
  });

  it("is with one more coding as if all were laid out anew, and finds what lies on a passage", () => {
    const chance = chances(11);
    for (let run = 0; run < 12; run += 1) {
      const all: Drawn[] = [];
      let laid = laidOut([]);
      for (let count = 0; count < 40; count += 1) {
        const from = chance(90);
        // most are short, some cover much, some the very same words
        const one = coding(String(count), from, from + 1 + chance(chance(5) ? 9 : 60));
        all.push(one);
        laid = laidWith(laid, one);
        expect(laid).toEqual(laidOut(inOrder(all)));
        const [left, right] = [chance(100), chance(100)];
        expect(lying(laid, left, right)).toEqual(touching(laid.codings, left, right));
      }
    }
  });
});

describe("uncoded", () => {
  const turns = [turn(1, 0, 9, true), turn(2, 10, 43), turn(3, 44, 67)];

  it("passes over what the team says and what is coded", () => {
    expect(uncoded(TEXT, turns, [], 0)).toEqual({ from: 10, to: 43 });
    const codings = inOrder([coding("a", 10, 28), coding("b", 12, 20)]);
    const next = uncoded(TEXT, turns, codings, 0);
    expect(TEXT.slice(next?.from, next?.to)).toBe("Then I stayed!");
    expect(uncoded(TEXT, turns, codings, 43)).toEqual({ from: 44, to: 67 });
  });

  it("is nothing where all is coded, and finds words in a text without turns", () => {
    expect(uncoded(TEXT, turns, [coding("a", 0, TEXT.length)], 0)).toBeNull();
    expect(uncoded("  so. ", [], [], 0)).toEqual({ from: 2, to: 5 });
  });
});

describe("sentences", () => {
  it("are cut without the blanks between them", () => {
    const found = sentences(TEXT, { from: 10, to: 43 }, "en");
    expect(found.map((one) => TEXT.slice(one.from, one.to))).toEqual(["I came for a pipe.", "Then I stayed!"]);
  });
});

describe("matches", () => {
  it("finds plain words as they are written and regular expressions", () => {
    expect(matches("a.b aXb", "a.b", false, 9)).toEqual([{ from: 0, to: 3 }]);
    expect(matches("a.b aXb", "a.b", true, 9)).toHaveLength(2);
    expect(matches("aaaa", "a", false, 3)).toHaveLength(3);
    expect(matches("aaaa", "b*", true, 3)).toEqual([]);
    expect(() => matches("a", "(", true, 9)).toThrow();
  });
});

describe("wordEdge", () => {
  const wordy = "I came for a pipe. Then";
  const moved = (edge: "start" | "end", direction: 1 | -1): string => {
    const [from, to] = [2, 10]; // came for
    const at = wordEdge(wordy, edge === "start" ? from : to, edge, direction);
    return edge === "start" ? wordy.slice(at, to) : wordy.slice(from, at);
  };

  it("takes a word in or lets one go, without the blank beside it", () => {
    expect(moved("start", -1)).toBe("I came for");
    expect(moved("start", 1)).toBe("for");
    expect(moved("end", 1)).toBe("came for a");
    expect(moved("end", -1)).toBe("came");
  });

  it("stays within the text", () => {
    expect(wordEdge(wordy, 0, "start", -1)).toBe(0);
    expect(wordEdge(wordy, wordy.length, "end", 1)).toBe(wordy.length);
  });
});
