import { describe, expect, it } from "vitest";
import { inLines } from "./lines";

describe("inLines", () => {
  it("leaves lines alone that can be drawn", () => {
    const text = "Interviewer: And then?\nP01: Then I went.\n".repeat(200);
    expect(inLines(text, [])).toBe(text);
  });

  it("breaks a line that is too long at blanks alone, and moves nothing", () => {
    const text = `short\n${"one two three ".repeat(3_000)}\nend`;
    const drawn = inLines(text, []);
    expect(drawn.replaceAll("\n", " ")).toBe(text.replaceAll("\n", " "));
    expect(Math.max(...drawn.split("\n").map((line) => line.length))).toBeLessThanOrEqual(5_000);
    expect(drawn.split("\n").length).toBeGreaterThan(20);
    expect([drawn.split("\n")[0], drawn.split("\n").at(-1)]).toEqual(["short", "end"]);
  });

  it("begins a line with every turn, its label with it", () => {
    const said = "P01: Well, I went. ".repeat(500);
    const turns = Array.from({ length: 500 }, (_unused, place) => ({ from: place * 19 + 5, to: place * 19 + 18 }));
    const lines = inLines(said, turns).split("\n");
    expect(lines.slice(0, 3)).toEqual(["P01: Well, I went.", "P01: Well, I went.", "P01: Well, I went."]);
  });

  it("leaves a long line without a blank as it is", () => {
    const text = "字".repeat(9_000);
    expect(inLines(text, [])).toBe(text);
  });
});
