// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Feed } from "./wire";
import { Workspace } from "./workspace";

/** How long the server may take to answer, in milliseconds, for others' work to be here within a second. */
const ANSWERS_IN = 400;

const EVENTS = {
  changed() {},
  unknownCode() {},
  textChanged() {},
  status() {},
  lost() {},
  letGo() {},
  refused() {},
};

function feed(at: number, rows: Feed["rows"] = []): Feed {
  return { at, text_version: 1, is_blind: false, codes: ["c"], people: [["other", "Other"]], rows };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("shows others' work within a second, whenever it was done", async () => {
  let codedAt = Number.POSITIVE_INFINITY;
  const asked = vi.fn(async () => {
    // what stands when the question arrives is in the answer
    const now = Date.now();
    const found = now >= codedAt ? feed(2, [["x", 0, 0, 5, 0, 1, 2, 1]]) : feed(1);
    await new Promise((resolve) => setTimeout(resolve, ANSWERS_IN));
    return new Response(JSON.stringify(found), { headers: { "content-type": "application/json" } });
  });
  vi.stubGlobal("fetch", asked);
  const options = { codings: "/codings", token: "t", me: "me", source: "s", textVersion: 1, keeper: null };
  const waits: number[] = [];
  for (const after of [1, 120, 499, 500, 501, 700, 899, 901]) {
    const workspace = new Workspace(options, EVENTS);
    workspace.start(feed(1));
    codedAt = Date.now() + after;
    await vi.advanceTimersByTimeAsync(after);
    const from = Date.now();
    while (!workspace.standing().length && Date.now() - from < 3_000) await vi.advanceTimersByTimeAsync(10);
    waits.push(Date.now() - from);
    vi.clearAllTimers();
    codedAt = Number.POSITIVE_INFINITY;
  }
  expect(Math.max(...waits)).toBeLessThanOrEqual(1_000);
});

it("asks no more than twice a second", async () => {
  const asked = vi.fn(
    async () => new Response(JSON.stringify(feed(1)), { headers: { "content-type": "application/json" } }),
  );
  vi.stubGlobal("fetch", asked);
  const options = { codings: "/codings", token: "t", me: "me", source: "s", textVersion: 1, keeper: null };
  new Workspace(options, EVENTS).start(feed(1));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked.mock.calls.length).toBeLessThanOrEqual(20);
  vi.clearAllTimers();
});
