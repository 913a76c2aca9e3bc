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
  /** What stands of what was told, in its order; null where that is to be looked through anew. */
  private toldStanding: readonly Coding[] | null = null;
  private stood: readonly Coding[] = [];
  /** The list that stood before, and what was added to it: null where it changed otherwise. */
  private before: { readonly stood: readonly Coding[]; readonly added: readonly Coding[] | null } | null = null;
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
      this.toldStanding = null;
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
    let isMore = true;
    const more: Coding[] = [];
    for (const [id, place, start, end, analyst, version, change, stands] of rows.rows) {
      const known = this.told.get(id);
      const code = rows.codes[place] ?? "";
      if (known && (known.change > change || isSame(known, code, start, end, change, stands === 1))) continue;
      isNews = true;
      const who = rows.people[analyst]?.[0] ?? "";
      const one: Coding = { id, code, start, end, analyst: who, version, change, stands: stands === 1 };
      this.told.set(id, one);
      if (known) isMore = false;
      else if (one.stands) more.push(one);
    }
    if (!isMore) this.toldStanding = null;
    else if (this.toldStanding && more.length) this.toldStanding = this.toldStanding.concat(more);
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
      const found = this.found();
      const added = addedAfter(this.stood, found);
      if (added?.length !== 0) {
        this.before = { stood: this.stood, added };
        this.stood = found;
      }
    }
    return this.stood;
  }

  /** What was added at the end of a list that stood just before; null where more than that changed since. */
  addedTo(stood: readonly Coding[]): readonly Coding[] | null {
    this.standing();
    return this.before?.stood === stood ? this.before.added : null;
  }

  private found(): readonly Coding[] {
    const others = this.others();
    const isOnlyMore = [...others.keys()].every((id) => !this.told.has(id));
    if (!isOnlyMore) {
      const those = [...this.told.values()].map((told) => others.get(told.id) ?? told);
      const rest = [...others.values()].filter((one) => !this.told.has(one.id));
      return [...those, ...rest].filter((one) => one.stands);
    }
    this.toldStanding ??= [...this.told.values()].filter((one) => one.stands);
    const more = [...others.values()].filter((one) => one.stands);
    return more.length ? this.toldStanding.concat(more) : this.toldStanding;
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

/** What comes after a list that is seen at the beginning of another; null where it is not. */
function addedAfter(some: readonly Coding[], others: readonly Coding[]): readonly Coding[] | null {
  for (let place = 0; place < some.length; place += 1) {
    const one = some[place];
    const other = others[place];
    if (one !== other && !(one && other && isSeenTheSame(one, other))) return null;
  }
  return others.slice(some.length);
}

function isSeenTheSame(one: Coding, other: Coding): boolean {
  const isThere = one.id === other.id && one.start === other.start && one.end === other.end;
  return isThere && one.code === other.code && one.analyst === other.analyst;
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
