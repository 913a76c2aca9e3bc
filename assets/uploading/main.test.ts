import { expect, test } from "vitest";
import { fill } from "./main";

test("what stands in a sentence is put there by its place", () => {
  expect(fill("Reading %1 of %2: %3", 2, 12, "talk %1.txt")).toBe("Reading 2 of 12: talk %1.txt");
  expect(fill("%3", 1)).toBe("");
});
