import type { Account } from "./account";
import { Full, ifRoom } from "./database";
import type { AnswerTo, SealedEvent } from "./outbox";
import { type Hello, Refused, SignedOut, Unreachable, type Wire } from "./wire";

export type State =
  | "idle" | "sending" | "offline" | "signed_out" | "retired" | "refused" | "other_account" | "full";

export interface Standing {
  readonly state: State;
  /** The server's sentence, where it refused. */
  readonly why: string | null;
  /** By how much the phone's clock is ahead, in seconds, where it was measured. */
  readonly skew: number | null;
}

export interface Listener {
  stands(standing: Standing): void;
  /** The server spoke: of this account, unless the standing says otherwise. */
  heard(hello: Hello): void | Promise<void>;
  /** Receipts came; where the server could not read a record, none. */
  settled(answers: readonly AnswerTo[]): void;
}

/** Do it while no other page of this account does; false where one does. */
export type Alone = (name: string, work: () => Promise<void>) => Promise<boolean>;

export const aloneByLock: Alone = (name, work) =>
  navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (!lock) return false;
    await work();
    return true;
  });

const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 5 * 60_000;
const EACH = 5 * 60_000;
const REFUSES_SHAPE = new Set([400, 413, 422]);

/**
 * What waits is sent, in order, fifty at a time, by one page of this account at once; it needs no PIN. Where the server
 * stands on another history (its epoch changed) or holds fewer of this device's events than there are receipts for, the
 * whole log is offered again first: it knows what it has.
 */
export class Sync {
  private wait = FIRST_WAIT;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isRunning = false;
  private isWanted = false;
  private isOver = false;
  private skew: number | null = null;
  standing: Standing = { state: "idle", why: null, skew: null };

  constructor(
    private readonly account: Account,
    private readonly wire: Wire,
    private readonly listener: Listener,
    private readonly alone: Alone = aloneByLock,
    private readonly now: () => number = Date.now,
  ) {}

  /** Never again: another account took over this page. */
  stop(): void {
    this.isOver = true;
    clearTimeout(this.timer);
  }

  /** One round now; what is asked for while one runs comes after it. */
  async round(): Promise<void> {
    if (this.isOver) return;
    if (this.isRunning) {
      this.isWanted = true;
      return;
    }
    this.isRunning = true;
    clearTimeout(this.timer);
    let next = EACH;
    try {
      const wasAlone = await this.alone(`throughline-sync-${this.account.identity.account_id}`, async () => {
        next = await this.talk();
      });
      // the other page sends what waits here, too
      if (!wasAlone) next = FIRST_WAIT;
      this.wait = FIRST_WAIT;
    } catch (error) {
      next = this.failed(error);
    } finally {
      this.isRunning = false;
    }
    if (this.isWanted) {
      this.isWanted = false;
      await this.round();
    } else if (!this.isOver) {
      this.timer = setTimeout(() => void this.round(), next);
    }
  }

  /** Gives when to ask again, in milliseconds. */
  private async talk(): Promise<number> {
    const { account, wire } = this;
    const hello = await wire.hello(account.identity.device_id);
    if (hello.account.id !== account.identity.account_id) {
      this.stop();
      this.move("other_account");
      await this.listener.heard(hello);
      return EACH;
    }
    await account.learn({ key: hello.key, programme_id: hello.programme.id });
    // a screen for which there is no room is no reason not to send
    await ifRoom(Promise.resolve(this.listener.heard(hello)));
    if (hello.device.state === "retired") {
      this.move("retired");
      return LONGEST_WAIT;
    }
    if (hello.device.state === "unknown") {
      if (!account.identity.site_id) return EACH;
      await wire.register(account.identity.device_id, account.identity.site_id);
    }
    await ifRoom(account.outbox.countFrom(hello.device.last_sequence));
    const unoffered = await this.offerAgain(hello);
    // first what is old goes, then there is room for receipts; nothing goes that the server may still want
    if (unoffered === null) await account.outbox.prune();
    const later = await this.sendWaiting();
    this.move((await account.outbox.settle([], "", "")) ? "idle" : "full");
    return unoffered ?? later ?? EACH;
  }

  /** Null where the server has answered all of the log, or wants none of it; else when to go on with it. */
  private async offerAgain(hello: Hello): Promise<number | null> {
    const { outbox, identity } = this.account;
    const isRestored = identity.epoch !== null && identity.epoch !== hello.epoch;
    if (isRestored || hello.device.receipts < (await outbox.receipts())) {
      outbox.doubt();
      for await (const part of outbox.log()) {
        const left = await this.give(part);
        // what got no answer is not kept there: the whole log is offered again
        if (left !== null) return left;
      }
      // what there was no room to note would look as old as before, and be let go of before its time
      if (!(await outbox.settle([], "", ""))) return FIRST_WAIT;
      // what is older than the log cannot come back from here: it is not waited for each time anew
      await outbox.expect((await this.wire.hello(identity.device_id)).device.receipts);
    }
    // only now: a page closed in the middle begins again
    if (identity.epoch !== hello.epoch) await this.account.learn({ epoch: hello.epoch });
    return null;
  }

  /** Everything that waits. Where the server has no time now: when to ask again. */
  private async sendWaiting(): Promise<number | null> {
    for (;;) {
      const events = await this.account.outbox.next();
      if (!events.length) return null;
      const left = await this.give(events);
      if (left !== null) return left;
    }
  }

  /** Null where all were answered, else in how many milliseconds to go on. */
  private async give(events: readonly SealedEvent[]): Promise<number | null> {
    const { outbox, identity } = this.account;
    this.move("sending");
    try {
      const answered = await this.wire.send(identity.device_id, identity.epoch, events, new Date(this.now()));
      this.skew = answered.skew_seconds;
      await outbox.settle(answered.answers, answered.server_time, identity.device_id);
      this.listener.settled(answered.answers);
      const isAll = answered.answers.length >= events.length;
      if (isAll && answered.retry_after_seconds === null) return null;
      return (answered.retry_after_seconds ?? FIRST_WAIT / 1000) * 1000;
    } catch (error) {
      if (!(error instanceof Refused) || !REFUSES_SHAPE.has(error.status)) throw error;
      return this.apart(events, error);
    }
  }

  /** One of them the server cannot read: find it, set it aside for everybody to see, and send the others. */
  private async apart(events: readonly SealedEvent[], error: Refused): Promise<number | null> {
    const [first] = events;
    if (events.length === 1 && first) {
      await this.account.outbox.setAside(first.id, error.message);
      this.listener.settled([]);
      return null;
    }
    const half = Math.ceil(events.length / 2);
    return (await this.give(events.slice(0, half))) ?? (await this.give(events.slice(half)));
  }

  private failed(error: unknown): number {
    if (error instanceof SignedOut) this.move("signed_out");
    else if (error instanceof Unreachable) this.move("offline");
    else if (error instanceof Refused) this.move("refused", error.message);
    else if (error instanceof Full) this.move("full");
    else {
      this.move("offline");
      // a mistake of the page itself is no matter of the connection
      if (error instanceof TypeError || error instanceof ReferenceError) reportError(error);
    }
    const wait = this.wait * (0.75 + Math.random() / 2);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    return wait;
  }

  private move(state: State, why: string | null = null): void {
    this.standing = { state, why, skew: this.skew };
    this.listener.stands(this.standing);
  }
}
