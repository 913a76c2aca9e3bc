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
  /** What is not as it was told, for what was asked since. */
  private over: Map<string, Coding> | null = null;
  private stood: readonly Coding[] = [];
  private isStale = true;
  private isBlind: boolean | null = null;
  readonly people = new Map<string, string>();
  at = 0;

  constructor(private readonly me: string) {}

  /** Take a feed in. "other eyes": all must be asked for anew, for what may be seen here has changed. */
  take(feed: Feed): "nothing" | "codings" | "other eyes" {
    const isOther = this.isBlind !== null && this.isBlind !== feed.is_blind;
    this.isBlind = feed.is_blind;
    if (isOther) {
      this.told.clear();
      this.forget();
      this.at = 0;
      return "other eyes";
    }
    this.at = Math.max(this.at, feed.at);
    return this.learn(feed) ? "codings" : "nothing";
  }

  /** Whether anything of it was news. */
  learn(rows: Rows): boolean {
    for (const [id, name] of rows.people) this.people.set(id, name);
    let isNews = false;
    for (const [id, place, start, end, analyst, version, change, stands] of rows.rows) {
      const known = this.told.get(id);
      const code = rows.codes[place] ?? "";
      if (known && (known.change > change || isSame(known, code, start, end, change, stands === 1))) continue;
      isNews = true;
      this.told.set(id, {
        id,
        code,
        start,
        end,
        analyst: rows.people[analyst]?.[0] ?? "",
        version,
        change,
        stands: stands === 1,
      });
    }
    if (isNews) this.forget();
    return isNews;
  }

  /** What was asked for and is not answered yet. Whether that is other than before. */
  expect(changes: readonly Change[]): boolean {
    const isOther =
      changes.length !== this.asked.length || changes.some((one, place) => one !== this.asked[place]);
    this.asked = changes;
    if (isOther) this.forget();
    return isOther;
  }

  /** Whether the server has told of this coding at all. */
  get(id: string): Coding | undefined {
    return this.others().get(id) ?? this.told.get(id);
  }

  /**
   * The very same list as long as nothing changes that is seen: where the server tells what was asked of it, only
   * numbers do, and nothing need be drawn again.
   */
  standing(): readonly Coding[] {
    if (this.isStale) {
      this.isStale = false;
      const others = this.others();
      const found: Coding[] = [];
      for (const told of this.told.values()) {
        const one = others.get(told.id) ?? told;
        if (one.stands) found.push(one);
      }
      for (const one of others.values()) if (one.stands && !this.told.has(one.id)) found.push(one);
      if (!isSeenTheSame(found, this.stood)) this.stood = found;
    }
    return this.stood;
  }

  get onlyOwn(): boolean {
    return this.isBlind === true;
  }

  private forget(): void {
    this.over = null;
    this.isStale = true;
  }

  private others(): ReadonlyMap<string, Coding> {
    if (this.over) return this.over;
    const found = new Map<string, Coding>();
    for (const change of this.asked) {
      const next = changed(found.get(change.id) ?? this.told.get(change.id), change, this.me);
      if (next) found.set(change.id, next);
    }
    this.over = found;
    return found;
  }
}

function isSeenTheSame(some: readonly Coding[], others: readonly Coding[]): boolean {
  if (some.length !== others.length) return false;
  return some.every((one, place) => {
    const other = others[place];
    if (one === other || !other) return one === other;
    const isThere = one.id === other.id && one.start === other.start && one.end === other.end;
    return isThere && one.code === other.code && one.analyst === other.analyst;
  });
}

function isSame(known: Coding, code: string, start: number, end: number, change: number, stands: boolean): boolean {
  const { code: was, start: from, end: to, change: number, stands: stood } = known;
  return number === change && was === code && from === start && to === end && stood === stands;
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
