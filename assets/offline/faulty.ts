/** A disk, pages and a server that fail, for the tests of this folder. Nothing that is built imports it. */
import { newId } from "../coding/wire";
import { Account } from "./account";
import type { AnswerTo, SealedEvent } from "./outbox";
import { type Alone, Sync } from "./sync";
import { type Answered, type Hello, Refused, SignedOut, Unreachable, type Wire } from "./wire";
import { CHEAP, KEY } from "./worlds";

/** Numbers that look like chance, the same again for the same seed (mulberry32). */
export class Chance {
  constructor(private seed: number) {}

  /** From 0, below `many`. */
  below(many: number): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * many);
  }

  once(in_so_many: number): boolean {
    return this.below(in_so_many) === 0;
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}

/** The browser was killed: nothing of this page happens any more. */
export class Died extends Error {}

/** How a device without room says so: at once, or by ending what was begun. */
export type Room = "enough" | "refused" | "aborted";

type Begin = IDBDatabase["transaction"];
type Put = IDBObjectStore["put"];

/** IndexedDB of one device: each connection belongs to a page, which may die before or after any of its transactions. */
export class Disk {
  room: Room = "enough";
  opening: Page | undefined;
  private readonly pages = new WeakMap<IDBDatabase, Page>();
  private readonly begin: Begin = IDBDatabase.prototype.transaction;
  private readonly put: Put = IDBObjectStore.prototype.put;

  constructor(private readonly chance: Chance) {
    const disk = this;
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...given: Parameters<Begin>) {
      const page = disk.pages.get(this) ?? disk.opening;
      if (page) disk.pages.set(this, page);
      page?.step();
      const transaction = disk.begin.apply(this, given);
      if (page?.isLast) transaction.addEventListener("complete", () => page.die());
      return transaction;
    } as Begin;
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...given: Parameters<Put>) {
      const isRefused = disk.room !== "enough" && disk.chance.once(2);
      if (isRefused && disk.room === "refused") throw new DOMException("no room", "QuotaExceededError");
      const request = disk.put.apply(this, given);
      // as browsers do: the transaction ends, and what it was asked for fails as ended, not as refused
      if (isRefused) (this.transaction as unknown as { _abort(name: string): void })._abort("QuotaExceededError");
      return request;
    } as Put;
  }

  mend(): void {
    IDBDatabase.prototype.transaction = this.begin;
    IDBObjectStore.prototype.put = this.put;
  }
}

/** One open page of the account. */
export class Page {
  account!: Account;
  isDead = false;
  /** So many transactions more. */
  private left = Infinity;
  private isAfter = false;

  async open(disk: Disk, accountId: string, now: () => number): Promise<this> {
    disk.opening = this;
    try {
      this.account = await Account.open(accountId, now, CHEAP);
    } finally {
      disk.opening = undefined;
    }
    return this;
  }

  diesIn(steps: number, isAfter: boolean): void {
    [this.left, this.isAfter] = [steps, isAfter];
  }

  get isLast(): boolean {
    return this.left === 0 && this.isAfter;
  }

  step(): void {
    this.alive();
    this.left -= 1;
    if (this.left < 0 || (this.left === 0 && !this.isAfter)) this.die();
    this.alive();
  }

  die(): void {
    this.isDead = true;
  }

  alive(): void {
    if (this.isDead) throw new Died();
  }
}

/** What a backup holds. */
interface Copy {
  readonly held: ReadonlyMap<string, SealedEvent>;
  readonly isKnown: boolean;
}

/** Requests are lost before or after they did their work, come twice, or come late. */
export class Server {
  readonly held = new Map<string, SealedEvent>();
  /** Ids of whatever was ever here, in this history or in one before. */
  readonly ever = new Set<string>();
  readonly unreadable = new Set<string>();
  late: (readonly SealedEvent[])[] = [];
  is: "well" | "unreliable" | "away" | "signed out" | "busy" = "well";
  private epoch = newId();
  private isKnown = false;
  private copy: Copy = { held: new Map(), isKnown: false };

  constructor(
    private readonly account: string,
    private readonly chance: Chance,
  ) {}

  backUp(): void {
    this.copy = { held: new Map(this.held), isKnown: this.isKnown };
  }

  restore(): void {
    this.held.clear();
    for (const [id, event] of this.copy.held) this.held.set(id, event);
    [this.isKnown, this.epoch] = [this.copy.isKnown, newId()];
  }

  /** Of one device, or of all. */
  count(deviceId: string): number {
    return [...this.held.values()].filter((event) => event.device_id === deviceId).length;
  }

  deliverLate(): void {
    for (const events of this.late.splice(0)) if (this.isKnown && !events.some(({ id }) => this.unreadable.has(id))) this.keep(events);
  }

  private keep(events: readonly SealedEvent[]): AnswerTo[] {
    return events.map((event): AnswerTo => {
      const state = this.held.has(event.id) ? "already" : "accepted";
      if (state === "accepted") this.held.set(event.id, event);
      this.ever.add(event.id);
      return { id: event.id, state, why: null, version: 1 };
    });
  }

  /** As one page sees it. */
  wire(page: Page): Wire {
    const asked = async <T>(work: () => T): Promise<T> => {
      await new Promise((resolve) => setTimeout(resolve, this.chance.below(3)));
      page.alive();
      if (this.is === "signed out") throw new SignedOut();
      const isBad = this.is === "unreliable" && this.chance.once(3);
      if (this.is === "away" || (isBad && this.chance.once(2))) throw new Unreachable();
      const answer = work();
      if (isBad) throw new Unreachable();
      page.alive();
      return answer;
    };
    return {
      hello: (device: string) => asked(() => this.hello(device)),
      register: () => asked(() => void (this.isKnown = true)),
      send: (_device: string, _epoch: string | null, events: readonly SealedEvent[]) => asked(() => this.receive(events)),
    } as unknown as Wire;
  }

  private hello(device: string): Hello {
    const own = [...this.held.values()].filter((event) => event.device_id === device);
    return {
      server_time: "2026-03-02T10:30:00Z", epoch: this.epoch, csrf_token: "t", account: { id: this.account, name: "Bob" },
      programme: { id: "p", name: "Lantern" }, key: KEY, screen_version: "1",
      device: {
        state: this.isKnown ? "active" : "unknown", receipts: this.isKnown ? own.length : 0,
        last_sequence: Math.max(0, ...own.map((event) => event.sequence)),
      },
    };
  }

  private receive(events: readonly SealedEvent[]): Answered {
    if (events.some(({ id }) => this.unreadable.has(id))) throw new Refused(422, "This record cannot be read.");
    if (!this.isKnown) throw new Refused(409, "This device is not registered for you.");
    if (this.is === "unreliable" && this.chance.once(6)) {
      this.late.push(events);
      throw new Unreachable();
    }
    const some = this.is === "busy" ? events.slice(0, this.chance.below(events.length + 1)) : events;
    const answers = this.keep(some);
    if (this.is === "unreliable" && this.chance.once(6)) this.keep(some);
    const retry = some.length < events.length ? 1 : null;
    return { epoch: this.epoch, server_time: "2026-03-02T10:30:01Z", skew_seconds: 0, answers, retry_after_seconds: retry };
  }
}

/** The lock that pages of one browser share; it is free again when who holds it is gone. */
export class Locks {
  private isTaken = false;

  alone(failed: (error: unknown) => void): Alone {
    return async (_name, work) => {
      if (this.isTaken) return false;
      this.isTaken = true;
      try {
        await work();
      } catch (error) {
        failed(error);
        throw error;
      } finally {
        this.isTaken = false;
      }
      return true;
    };
  }
}

/** One round of a page. */
export async function round(page: Page, server: Server, locks: Locks, now: () => number, failed: (error: unknown) => void): Promise<void> {
  const listener = { stands: () => undefined, heard: () => undefined, settled: () => undefined };
  const sync = new Sync(page.account, server.wire(page), listener, locks.alone(failed), now);
  await sync.round();
  sync.stop();
}
