import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SealedEvent } from "./outbox";
import { Refused, SignedOut, Unreachable, Wire } from "./wire";

/** A connection that was lost without a word: nothing comes back until whoever asked gives up. */
const silent = (_address: string, { signal }: RequestInit): Promise<Response> =>
  new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new DOMException("gone", "AbortError"))));

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("an answer", () => {
  it("is given up after a minute, so that what waits is sent by another connection", async () => {
    vi.stubGlobal("fetch", vi.fn(silent));
    const asked = new Wire("/api/recorder/").hello(null);
    const given = vi.fn();
    asked.catch(given);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(given).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(given).toHaveBeenCalledWith(expect.any(Unreachable));
  });

  it("to much that is sent over a slow network is waited for as long as that takes", async () => {
    vi.stubGlobal("fetch", vi.fn(silent));
    const pictures = [{ sealed: "x".repeat(3_000_000) }] as unknown as SealedEvent[];
    const given = vi.fn();
    new Wire("/api/recorder/").send("d", null, pictures, new Date()).catch(given);
    await vi.advanceTimersByTimeAsync(700_000);
    expect(given).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200_000);
    expect(given).toHaveBeenCalledWith(expect.any(Unreachable));
  });

  it("that is cut off in the midst is none, and no timer is left behind one that came", async () => {
    vi.stubGlobal("fetch", vi.fn().mockResolvedValueOnce(new Response("{", { headers: { "Content-Type": "application/json" } }))
      .mockResolvedValueOnce(json(401, {})).mockResolvedValueOnce(json(409, { detail: "Not now." })).mockResolvedValueOnce(json(200, { held: [] })));
    const wire = new Wire("/api/recorder/");
    await expect(wire.inbox()).rejects.toBeInstanceOf(Unreachable);
    await expect(wire.inbox()).rejects.toBeInstanceOf(SignedOut);
    await expect(wire.inbox()).rejects.toEqual(expect.objectContaining({ status: 409, message: "Not now." }) as Refused);
    expect(await wire.inbox()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
