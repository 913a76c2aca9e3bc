import { type Answer, type Change, Refused, SignedOut } from "./wire";

/** What of `localStorage` is needed. Only ids and places are ever put there, and gone once they are sent. */
export interface Keeper {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export type State = "idle" | "sending" | "waiting" | "signed_out";

export interface Listener {
  /** The server has answered these changes, marked on that version of the text; some may be refused. */
  answered(changes: readonly Change[], answer: Answer, textVersion: number): void;
  /** The server refused them altogether, in a sentence. */
  refused(changes: readonly Change[], detail: string): void;
  /** What waits, and why. */
  moved(state: State): void;
}

/** A change and the version of the text that its places count in. */
interface Waiting {
  readonly change: Change;
  readonly textVersion: number;
}

const AT_ONCE = 200;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;

/**
 * Changes on their way to the server, in their order, one request at a time. Where the connection is lost they
 * wait, and are sent again: ids made here make a second arrival harmless. Each goes with the version of the text it
 * was marked on: where that was corrected meanwhile, the server finds its words again.
 */
export class Outbox {
  private queue: Waiting[] = [];
  private inFlight = false;
  private wait = FIRST_WAIT;
  private timer: ReturnType<typeof setTimeout> | undefined;
  state: State = "idle";

  constructor(
    private readonly send: (changes: readonly Change[], textVersion: number) => Promise<Answer>,
    private readonly keeper: Keeper | null,
    private readonly prefix: string,
    private readonly own: string,
    private readonly textVersion: number,
    private readonly listener: Listener,
  ) {}

  /** How many changes wait. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Those that count in the text of this page. */
  get pending(): readonly Change[] {
    return this.queue.filter((one) => one.textVersion === this.textVersion).map((one) => one.change);
  }

  /** Take over what an earlier page of this source could not send. */
  resume(): void {
    const left: Waiting[] = [];
    const keys = this.keys();
    for (const key of keys) left.push(...read(this.keeper?.getItem(key) ?? null));
    this.take(left);
    // they are kept under this page's key by now
    for (const key of keys) if (key !== this.prefix + this.own) this.keeper?.removeItem(key);
  }

  add(changes: readonly Change[]): void {
    this.take(changes.map((change) => ({ change, textVersion: this.textVersion })));
  }

  private take(waiting: readonly Waiting[]): void {
    if (!waiting.length) return;
    this.queue.push(...waiting);
    // on its way before anything is written down or drawn; what is answered comes later than both
    void this.flush();
    this.store();
    this.move(this.state === "idle" ? "sending" : this.state);
  }

  /** Send what waits, now. */
  async flush(): Promise<void> {
    if (this.inFlight || !this.queue.length) return;
    clearTimeout(this.timer);
    this.inFlight = true;
    const { batch, textVersion } = this.next();
    try {
      const answer = await this.send(batch, textVersion);
      this.settle(batch.length);
      this.listener.answered(batch, answer, textVersion);
    } catch (error) {
      if (error instanceof Refused) {
        this.settle(batch.length);
        this.listener.refused(batch, error.message);
      } else {
        this.later(error instanceof SignedOut ? "signed_out" : "waiting");
        return;
      }
    } finally {
      this.inFlight = false;
    }
    this.move(this.queue.length ? "sending" : "idle");
    if (this.queue.length) await this.flush();
  }

  /** The first that wait, as far as they count in the same text. */
  private next(): { batch: readonly Change[]; textVersion: number } {
    const textVersion = this.queue[0]?.textVersion ?? this.textVersion;
    const other = this.queue.findIndex((one) => one.textVersion !== textVersion);
    const batch = this.queue.slice(0, Math.min(AT_ONCE, other < 0 ? AT_ONCE : other));
    return { batch: batch.map((one) => one.change), textVersion };
  }

  private settle(count: number): void {
    this.queue.splice(0, count);
    this.wait = FIRST_WAIT;
    this.store();
  }

  private later(state: State): void {
    this.timer = setTimeout(() => void this.flush(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    this.move(state);
  }

  private move(state: State): void {
    this.state = state;
    this.listener.moved(state);
  }

  private store(): void {
    const key = this.prefix + this.own;
    if (this.queue.length) this.keeper?.setItem(key, JSON.stringify(kept(this.queue)));
    else this.keeper?.removeItem(key);
  }

  private keys(): string[] {
    const keeper = this.keeper;
    if (!keeper) return [];
    const all = Array.from({ length: keeper.length }, (_unused, index) => keeper.key(index));
    return all.filter((key): key is string => key?.startsWith(this.prefix) ?? false).sort();
  }
}

/** Changes that count in one version of a text, as they are kept. */
interface Kept {
  readonly textVersion: number;
  readonly changes: readonly Change[];
}

function kept(queue: readonly Waiting[]): Kept[] {
  const found: { textVersion: number; changes: Change[] }[] = [];
  for (const { change, textVersion } of queue) {
    const last = found.at(-1);
    if (last?.textVersion === textVersion) last.changes.push(change);
    else found.push({ textVersion, changes: [change] });
  }
  return found;
}

function read(given: string | null): Waiting[] {
  try {
    const found = JSON.parse(given ?? "null") as Kept | Kept[] | null;
    const parts = Array.isArray(found) ? found : found ? [found] : [];
    return parts.flatMap(({ textVersion, changes }) => changes.map((change) => ({ change, textVersion })));
  } catch {
    // not ours, or cut off: there is nothing in it to send
    return [];
  }
}
