import { describe, expect, it } from "vitest";
import { Places } from "./places";

const TEXTS = ["", "plain", "a😀b", "😀😀", "I said 😀 to the 𝒹octor. Cafe\u0301 🧑🏽‍⚕️ home", "\ud83dlone", "中文𠀀字"];

describe("Places", () => {
  it.each(TEXTS)("goes there and back at every character of %j", (text) => {
    const places = new Places(text);
    const points = [...text];
    expect(places.codePoints).toBe(points.length);
    let unit = 0;
    for (let point = 0; point <= points.length; point += 1) {
      expect(places.toUnits(point)).toBe(unit);
      expect(places.toPoints(unit)).toBe(point);
      unit += points[point]?.length ?? 0;
    }
  });

  it("takes the middle of a pair as its beginning", () => {
    const places = new Places("a😀b😀");
    expect(places.toPoints(2)).toBe(1);
    expect(places.toPoints(3)).toBe(2);
    expect(places.toPoints(5)).toBe(3);
    expect(places.toPoints(6)).toBe(4);
  });
});
