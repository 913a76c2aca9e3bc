import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const css = readFileSync(resolve("assets/styles/tokens.css"), "utf8");
const pattern = /--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g;
const tokens = new Map([...css.matchAll(pattern)].map((found) => [found[1], [found[2], found[3]]]));

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2 contrast ratio of two colours. */
function ratio(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function colour(name: string, scheme: number): string {
  const found = tokens.get(name)?.[scheme];
  if (!found) throw new Error(`--${name} is not a light-dark() pair in tokens.css`);
  return found;
}

const grounds = ["paper", "surface", "sunk"];
const text: [string, string][] = [
  ...["ink", "muted", "accent", "accent-strong", "good", "warn", "bad"].flatMap((name) =>
    grounds.map((ground): [string, string] => [name, ground]),
  ),
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["on-bad", "bad"],
  ["ink", "accent-soft"],
  ["accent", "accent-soft"],
  ["ink", "thread-soft"],
  ["muted", "thread-soft"],
  ["muted", "accent-soft"],
  ...["good", "warn", "bad"].map((name): [string, string] => [name, `${name}-soft`]),
  ...["good", "warn", "bad"].map((name): [string, string] => ["ink", `${name}-soft`]),
];
const edges: [string, string][] = [
  "edge",
  "thread",
  ...Array.from({ length: 8 }, (_, n) => `hue-${n + 1}`),
].flatMap((name) => grounds.map((ground): [string, string] => [name, ground]));

describe.each([
  ["light", 0],
  ["dark", 1],
] as const)("in %s", (_name, scheme) => {
  it.each(text)("%s on %s can be read (4.5)", (name, ground) => {
    expect(ratio(colour(name, scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(edges)("%s on %s can be seen (3)", (name, ground) => {
    expect(ratio(colour(name, scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(3);
  });
});

it("knows black on white", () => {
  expect(ratio("#000000", "#ffffff")).toBeCloseTo(21, 5);
});
