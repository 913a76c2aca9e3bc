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
  /** The server has answered these changes; some may be refused. */
  answered(changes: readonly Change[], answer: Answer): void;
  /** The server refused them altogether, in a sentence. */
  refused(changes: readonly Change[], detail: string): void;
  /** These were kept by an earlier page, of a text that was corrected since. */
  outdated(changes: readonly Change[]): void;
  /** What waits, and why. */
  moved(state: State, pending: readonly Change[]): void;
}

const AT_ONCE = 200;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;

/**
 * Changes on their way to the server, in their order, one request at a time. Where the connection is lost they
 * wait, and are sent again: ids made here make a second arrival harmless.
 */
export class Outbox {
  private queue: Change[] = [];
  private inFlight = false;
  private wait = FIRST_WAIT;
  private timer: ReturnType<typeof setTimeout> | undefined;
  state: State = "idle";

  constructor(
    private readonly send: (changes: readonly Change[]) => Promise<Answer>,
    private readonly keeper: Keeper | null,
    private readonly prefix: string,
    private readonly own: string,
    private readonly textVersion: number,
    private readonly listener: Listener,
  ) {}

  get pending(): readonly Change[] {
    return this.queue;
  }

  /** Take over what an earlier page of this source could not send. */
  resume(): void {
    const left: Change[] = [];
    const stale: Change[] = [];
    for (const key of this.keys()) {
      const kept = read(this.keeper?.getItem(key) ?? null);
      (kept.textVersion === this.textVersion ? left : stale).push(...kept.changes);
      this.keeper?.removeItem(key);
    }
    // their places count in a text that was corrected since: put there they would lie on other words
    if (stale.length) this.listener.outdated(stale);
    this.add(left);
  }

  add(changes: readonly Change[]): void {
    if (!changes.length) return;
    this.queue.push(...changes);
    this.store();
    this.move(this.state === "idle" ? "sending" : this.state);
    void this.flush();
  }

  /** Send what waits, now. */
  async flush(): Promise<void> {
    if (this.inFlight || !this.queue.length) return;
    clearTimeout(this.timer);
    this.inFlight = true;
    const batch = this.queue.slice(0, AT_ONCE);
    try {
      const answer = await this.send(batch);
      this.settle(batch.length);
      this.listener.answered(batch, answer);
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
    this.listener.moved(state, this.queue);
  }

  private store(): void {
    const key = this.prefix + this.own;
    if (this.queue.length) this.keeper?.setItem(key, JSON.stringify({ textVersion: this.textVersion, changes: this.queue }));
    else this.keeper?.removeItem(key);
  }

  private keys(): string[] {
    const keeper = this.keeper;
    if (!keeper) return [];
    const all = Array.from({ length: keeper.length }, (_unused, index) => keeper.key(index));
    return all.filter((key): key is string => key?.startsWith(this.prefix) ?? false).sort();
  }
}

interface Kept {
  readonly textVersion: number;
  readonly changes: readonly Change[];
}

function read(kept: string | null): Kept {
  try {
    const found = JSON.parse(kept ?? "null") as Kept | null;
    if (found && Array.isArray(found.changes)) return found;
  } catch {
    // not ours, or cut off: there is nothing in it to send
  }
  return { textVersion: 0, changes: [] };
}
