// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Intent } from "./history";
import type { Keeper } from "./outbox";
import type { Answer, Change, Feed, Refusal, Row } from "./wire";
import { newId } from "./wire";
import { Workspace } from "./workspace";

const LENGTH = 60;
const CODES = ["door", "roof", "shame"];

interface Kept {
  readonly owner: string;
  readonly code: string;
  readonly places: [number, number][];
  stands: boolean;
  change: number;
}

/**
 * What records/inquiry does, in short: an id is taken once, a passage holds a person's code once, a move rests on the place
 * last seen, each change has the next number. The real one is held to the same rules by tests/web/test_workspace_replicas.py.
 */
class Server {
  readonly codings = new Map<string, Kept>();
  readonly refused = new Set<string>();
  private at = 0;

  answer(who: string, changes: readonly Change[]): Answer {
    const refused: Record<string, Refusal> = {};
    changes.forEach((change, place) => {
      if (this.take(who, change)) return;
      refused[place] = { status: 409, detail: "No." };
      this.refused.add(change.id);
    });
    return { ...this.rows(new Set(changes.map((one) => one.id))), refused, text_version: 1 };
  }

  feed(since: number): Feed {
    const news = [...this.codings].filter(([, one]) => one.change > since).map(([id]) => id);
    return { ...this.rows(new Set(news)), at: this.at, text_version: 1, is_blind: false };
  }

  standing(): string[] {
    const standing = [...this.codings].filter(([, one]) => one.stands);
    return standing.map(([id, one]) => [id, one.owner, one.code, ...(one.places.at(-1) ?? [])].join(" ")).sort();
  }

  private rows(ids: ReadonlySet<string>): Pick<Feed, "codes" | "people" | "rows"> {
    const people = [...new Set([...this.codings.values()].map((one) => one.owner))];
    const rows = [...this.codings].filter(([id]) => ids.has(id)).map(([id, one]): Row => {
      const [start, end] = one.places.at(-1) ?? [0, 0];
      const [code, owner] = [CODES.indexOf(one.code), people.indexOf(one.owner)];
      return [id, code, start, end, owner, one.places.length, one.change, one.stands ? 1 : 0];
    });
    return { codes: CODES, people: people.map((one) => [one, one]), rows };
  }

  private take(who: string, change: Change): boolean {
    const one = this.codings.get(change.id);
    if (change.do === "apply") {
      if (one) return true;
      const { id, code, start, end } = change;
      const made: Kept = { owner: who, code, places: [[start, end]], stands: true, change: 0 };
      return !this.isTaken(made, [start, end]) && this.keep(id, made);
    }
    if (!one) return false;
    if (change.do === "move") {
      const to: [number, number] = [change.start, change.end];
      if (one.places.length >= change.base + 2 && isSame(one.places[change.base], to)) return true;
      if (!one.stands) return false;
      if (isSame(one.places.at(-1), to)) return true;
      if (one.places.length !== change.base || this.isTaken(one, to)) return false;
      one.places.push(to);
      return this.keep(change.id, one);
    }
    const wanted = change.do === "restore";
    if (one.stands === wanted) return true;
    if (wanted && this.isTaken(one, one.places.at(-1) ?? [0, 0])) return false;
    one.stands = wanted;
    return this.keep(change.id, one);
  }

  private keep(id: string, one: Kept): true {
    this.at += 1;
    one.change = this.at;
    this.codings.set(id, one);
    return true;
  }

  private isTaken(one: Kept, place: [number, number]): boolean {
    return [...this.codings.values()].some(
      (other) =>
        other !== one && other.stands && other.owner === one.owner && other.code === one.code &&
        isSame(other.places.at(-1), place),
    );
  }
}

function isSame(one: readonly number[] | undefined, other: readonly number[]): boolean {
  return one?.[0] === other[0] && one?.[1] === other[1];
}

/** The same numbers for the same seed (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Two people's pages before one server, over a network that loses requests and answers and lets them overtake each other. */
class Room {
  readonly server = new Server();
  readonly applied = new Set<string>();
  readonly offline = new Set<string>();
  lossy = true;
  private readonly pages = new Map<string, { token: string; workspace: Workspace }>();
  private readonly keepers = new Map<string, Keeper>();

  constructor(private readonly random: (below: number) => number) {
    vi.stubGlobal("fetch", (address: string, options: RequestInit) => this.fetch(address, options));
  }

  page(who: string): Workspace {
    const found = this.pages.get(who);
    if (!found) throw new Error(who);
    return found.workspace;
  }

  /** A new page; the one before it is gone, with whatever it waited for. */
  open(who: string): void {
    const keeper = this.keepers.get(who) ?? memory();
    this.keepers.set(who, keeper);
    const token = newId();
    const options = { codings: `/${who}`, token, me: who, source: "s", textVersion: 1, keeper };
    const workspace = new Workspace(options, {
      changed() {}, unknownCode() {}, textChanged() {}, status() {}, lost() {}, letGo() {}, refused() {},
    });
    this.pages.set(who, { token, workspace });
    workspace.start(this.server.feed(0));
  }

  /** One thing that a person does: most on own codings, some on a colleague's. */
  act(who: string): void {
    const [workspace, random] = [this.page(who), this.random];
    const kind = random(10);
    if (kind === 8) workspace.undo();
    else if (kind === 9) workspace.redo();
    else workspace.perform("", [this.intent(workspace, kind)]);
  }

  private intent(workspace: Workspace, kind: number): Intent {
    const start = this.random(LENGTH - 1);
    const end = Math.min(LENGTH, start + 1 + this.random(8));
    const standing = workspace.standing();
    // mostly what came last: there two meet
    const among = this.random(3) ? Math.min(standing.length, 2) : standing.length;
    const one = standing[standing.length - 1 - this.random(Math.max(among, 1))];
    if (kind < 4 || !one) {
      const id = newId();
      this.applied.add(id);
      return { do: "apply", id, code: CODES[this.random(CODES.length)] ?? "", start, end };
    }
    return kind < 6 ? { do: "move", id: one.id, start, end } : { do: "remove", id: one.id };
  }

  private async fetch(address: string, options: RequestInit): Promise<Response> {
    const url = new URL(address, "http://here");
    const who = url.pathname.slice(1);
    const token = (options.headers as Record<string, string>)["X-CSRFToken"];
    // a page that is gone: nothing that it sends arrives, and it hears nothing
    if (token && token !== this.pages.get(who)?.token) return new Promise(() => {});
    await this.travel();
    if (this.offline.has(who) || this.loses()) throw new TypeError("lost on the way");
    const given = new URLSearchParams(options.body as URLSearchParams | undefined);
    const told = token
      ? this.server.answer(who, JSON.parse(given.get("changes") ?? "[]") as Change[])
      : this.server.feed(Number(url.searchParams.get("since")));
    const body = JSON.stringify(told);
    await this.travel();
    if (this.loses()) throw new TypeError("the answer is lost");
    return new Response(body, { headers: { "content-type": "application/json" } });
  }

  private loses(): boolean {
    return this.lossy && this.random(5) === 0;
  }

  private travel(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.random(900)));
  }
}

function memory(): Keeper {
  const held = new Map<string, string>();
  return {
    get length() {
      return held.size;
    },
    key: (index) => [...held.keys()][index] ?? null,
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
  };
}

const standing = (workspace: Workspace): string[] =>
  workspace.standing().map((one) => [one.id, one.analyst, one.code, one.start, one.end].join(" ")).sort();

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it.each([1, 20261123])("two people's pages end alike after a thousand changes, and lose none (%i)", async (seed) => {
  const random = chance(seed);
  const room = new Room(random);
  const who = ["ann", "ben"] as const;
  for (const one of who) room.open(one);
  for (let number = 0; number < 1_000; number += 1) {
    // one of them loses the connection for a while, again and again, and now and then the page with it
    if (number % 100 === 0) room.offline.add("ann");
    if (number % 200 === 20) room.open("ann");
    if (number % 100 === 25) room.offline.delete("ann");
    room.act(who[random(2)] ?? "ann");
    await vi.advanceTimersByTimeAsync(random(400));
  }
  room.lossy = false;
  // the longest that either waits before it tries again, and a few questions for what the other did
  await vi.advanceTimersByTimeAsync(60_000);
  for (const one of who) {
    expect(room.page(one).waiting).toBe(0);
    expect(standing(room.page(one))).toEqual(room.server.standing());
  }
  const { codings, refused } = room.server;
  expect([...room.applied].filter((id) => !codings.has(id) && !refused.has(id))).toEqual([]);
  expect(room.server.standing().length).toBeGreaterThan(50);
  expect(refused.size).toBeGreaterThan(5);
});
