import { afterEach, expect, test } from "vitest";
import { say } from "./dom";

const FORMS = ["%(count)s plik", "%(count)s pliki", "%(count)s plików"];
const of = (count: number): number =>
  count === 1 ? 0 : [2, 3, 4].includes(count % 10) && ![12, 13, 14].includes(count % 100) ? 1 : 2;
const words = { files: { forms: FORMS, by: Array.from({ length: 200 }, (_, count) => of(count)).join("") }, plain: "%(who)s: %(n)s" };

afterEach(() => document.documentElement.removeAttribute("lang"));

test("a count takes the form that its language has", () => {
  document.documentElement.lang = "en-gb";
  const said = [1, 2, 5, 12, 22, 112, 122, 200, 202, 312, 1001].map((count) => say(words, "files", { count }));
  expect(said).toEqual([
    "1 plik", "2 pliki", "5 plików", "12 plików", "22 pliki", "112 plików", "122 pliki", "200 plików", "202 pliki", "312 plików",
    "1,001 plików",
  ]);
});

test("a number is written as the page's language does", () => {
  document.documentElement.lang = "de";
  expect(say(words, "plain", { who: "A", n: 12345.5 })).toBe("A: 12.345,5");
  expect(say(words, "unknown")).toBe("unknown");
});
