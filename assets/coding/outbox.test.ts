import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Listener, Outbox } from "./outbox";
import { type Answer, type Change, newId, Refused, SignedOut, Unreachable } from "./wire";

const NOTHING: Answer = { codes: [], people: [], rows: [], refused: {}, text_version: 2 };
const PREFIX = "codings:me:source:";

function apply(id: string): Change {
  return { do: "apply", id, code: "c", start: 0, end: 1 };
}

/** A server that can be out of reach, and keeps what arrived. */
class Server {
  arrived: string[] = [];
  versions: number[] = [];
  failures: Error[] = [];
  /** The changes arrive, and the answer is lost. */
  isLosingAnswers = false;

  send = async (changes: readonly Change[], textVersion: number): Promise<Answer> => {
    const failure = this.failures.shift();
    if (failure && !this.isLosingAnswers) throw failure;
    this.arrived.push(...changes.map((one) => one.id));
    this.versions.push(textVersion);
    if (failure) throw failure;
    return NOTHING;
  };
}

class Heard implements Listener {
  lines: string[] = [];
  answered(changes: readonly Change[]): void {
    this.lines.push(`answered ${changes.map((one) => one.id).join(" ")}`);
  }
  refused(changes: readonly Change[], detail: string): void {
    this.lines.push(`refused ${changes.length}: ${detail}`);
  }
  moved(state: string): void {
    this.lines.push(`${state} ${box.waiting}`);
  }
}

let server: Server;
let heard: Heard;
let box: Outbox;

function outbox(own = "tab"): Outbox {
  box = new Outbox(server.send, localStorage, PREFIX, own, 2, heard);
  return box;
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  server = new Server();
  heard = new Heard();
});
afterEach(() => void vi.useRealTimers());

describe("Outbox", () => {
  it("sends in order, one request at a time, and keeps nothing behind", async () => {
    outbox();
    box.add([apply("a")]);
    box.add([apply("b"), { do: "remove", id: "a" }]);
    await vi.runAllTimersAsync();
    expect(server.arrived).toEqual(["a", "b", "a"]);
    expect(heard.lines.at(-1)).toBe("idle 0");
    expect(localStorage.length).toBe(0);
  });

  it("sends before it writes down or tells anything, and has written it down when it is done", () => {
    const { send } = server;
    const before: unknown[] = [];
    server.send = (changes, textVersion) => {
      before.push(localStorage.length, ...heard.lines);
      return send(changes, textVersion);
    };
    outbox().add([apply("a")]);
    expect(before).toEqual([0]);
    expect([localStorage.length, heard.lines]).toEqual([1, ["sending 1"]]);
  });

  it("waits while the server is out of reach, says so, and sends again", async () => {
    server.failures = [new Unreachable(), new Unreachable()];
    outbox();
    box.add([apply("a")]);
    await vi.advanceTimersByTimeAsync(0);
    expect(heard.lines.at(-1)).toBe("waiting 1");
    box.add([apply("b")]);
    await vi.advanceTimersByTimeAsync(0);
    expect(heard.lines.at(-1)).toBe("waiting 2");
    expect(JSON.parse(localStorage.getItem(`${PREFIX}tab`) ?? "")[0].changes).toHaveLength(2);
    await vi.runAllTimersAsync();
    expect(server.arrived).toEqual(["a", "b"]);
    expect(box.pending).toEqual([]);
    expect(localStorage.length).toBe(0);
  });

  it("sends again what arrived when its answer was lost", async () => {
    server.failures = [new Unreachable()];
    server.isLosingAnswers = true;
    outbox().add([apply("a")]);
    await vi.runAllTimersAsync();
    expect(server.arrived).toEqual(["a", "a"]);
    expect(heard.lines.filter((line) => line.startsWith("answered"))).toEqual(["answered a"]);
  });

  it("lets go of what was refused and goes on with the rest", async () => {
    server.failures = [new Refused("No.")];
    outbox();
    box.add([apply("a")]);
    box.add([apply("b")]);
    await vi.runAllTimersAsync();
    expect(heard.lines).toContain("refused 1: No.");
    expect(server.arrived).toEqual(["b"]);
  });

  it("keeps what is not sent when signed out", async () => {
    server.failures = Array.from({ length: 3 }, () => new SignedOut());
    outbox();
    box.add([apply("a")]);
    await vi.advanceTimersByTimeAsync(100);
    expect([box.state, box.pending.length]).toEqual(["signed_out", 1]);
    expect(localStorage.length).toBe(1);
  });

  it("takes over what earlier pages left, with the text each counts in, and leaves another source's alone", async () => {
    localStorage.setItem(`${PREFIX}gone`, JSON.stringify({ textVersion: 2, changes: [apply("a")] }));
    const two = [{ textVersion: 1, changes: [apply("b"), apply("c")] }, { textVersion: 2, changes: [apply("d")] }];
    localStorage.setItem(`${PREFIX}older`, JSON.stringify(two));
    localStorage.setItem(`${PREFIX}broken`, "{");
    localStorage.setItem("codings:me:other:tab", JSON.stringify([apply("z")]));
    server.failures = [new Unreachable()];
    outbox().resume();
    await vi.advanceTimersByTimeAsync(0);
    // none is on the way only: all are kept until they have arrived, those of another text drawn by nobody
    expect([box.waiting, box.pending.map((one) => one.id)]).toEqual([4, ["a", "d"]]);
    expect(Object.keys(localStorage).sort()).toEqual(["codings:me:other:tab", `${PREFIX}tab`]);
    await vi.runAllTimersAsync();
    expect(server.arrived).toEqual(["a", "b", "c", "d"]);
    expect(server.versions).toEqual([2, 1, 2]);
    expect(localStorage.length).toBe(1);
  });
});

describe("newId", () => {
  it("is a UUID of version 7 that begins with the time", () => {
    const id = newId(0x0123456789ab, new Uint8Array(10).fill(0xff));
    expect(id).toBe("01234567-89ab-7fff-bfff-ffffffffffff");
  });
});
