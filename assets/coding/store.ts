import type { Change, Feed, Rows } from "./wire";

export interface Coding {
  readonly id: string;
  readonly code: string;
  readonly start: number;
  readonly end: number;
  readonly analyst: string;
  readonly version: number;
  readonly change: number;
  readonly stands: boolean;
}

/**
 * The codings of one source: what the server has told, and over it what was asked for and not yet answered.
 * Answers come in any order; of two about one coding the one with the higher change number counts.
 */
export class Store {
  private told = new Map<string, Coding>();
  private asked: readonly Change[] = [];
  private shown: Map<string, Coding> | null = null;
  private isBlind: boolean | null = null;
  readonly people = new Map<string, string>();
  at = 0;

  constructor(private readonly me: string) {}

  /** Take a feed in; false where all must be asked for anew, for what may be seen here has changed. */
  take(feed: Feed): boolean {
    const opened = this.isBlind !== null && this.isBlind !== feed.is_blind;
    this.isBlind = feed.is_blind;
    if (opened) {
      this.told.clear();
      this.shown = null;
      this.at = 0;
      return false;
    }
    this.at = Math.max(this.at, feed.at);
    this.learn(feed);
    return true;
  }

  learn(rows: Rows): void {
    for (const [id, name] of rows.people) this.people.set(id, name);
    for (const [id, code, start, end, analyst, version, change, stands] of rows.rows) {
      const known = this.told.get(id);
      if (known && known.change > change) continue;
      this.told.set(id, {
        id,
        code: rows.codes[code] ?? "",
        start,
        end,
        analyst: rows.people[analyst]?.[0] ?? "",
        version,
        change,
        stands: stands === 1,
      });
    }
    if (rows.rows.length) this.shown = null;
  }

  /** What was asked for and is not answered yet. */
  expect(changes: readonly Change[]): void {
    this.asked = changes;
    this.shown = null;
  }

  /** Whether the server has told of this coding at all. */
  get(id: string): Coding | undefined {
    return this.all().get(id);
  }

  standing(): Coding[] {
    return [...this.all().values()].filter((one) => one.stands);
  }

  get onlyOwn(): boolean {
    return this.isBlind === true;
  }

  private all(): Map<string, Coding> {
    if (this.shown) return this.shown;
    const found = new Map(this.told);
    for (const change of this.asked) {
      const next = changed(found.get(change.id), change, this.me);
      if (next) found.set(change.id, next);
    }
    this.shown = found;
    return found;
  }
}

function changed(before: Coding | undefined, change: Change, me: string): Coding | null {
  if (change.do === "apply") {
    if (before) return null;
    const { id, code, start, end } = change;
    return { id, code, start, end, analyst: me, version: 1, change: 0, stands: true };
  }
  if (!before) return null;
  if (change.do === "remove") return { ...before, stands: false };
  if (change.do === "restore") return { ...before, stands: true };
  if (before.start === change.start && before.end === change.end) return null;
  return { ...before, start: change.start, end: change.end, version: before.version + 1 };
}
