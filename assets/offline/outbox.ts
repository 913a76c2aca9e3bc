import { type Database, Full, ifRoom, type Stores } from "./database";
import { type About, eventText, type Maker } from "./events";
import { type PublicKey, seal } from "./seal";
import type { Sealed } from "./secret";

/** As long as a restored backup may be old, in days. */
export const LOG_DAYS = 30;
/** In one request, at most. */
export const AT_ONCE = 50;
/** Characters of sealed events in one request: it may hold 1 MiB. */
const MOST_SENT = 900_000;
/** In characters: what is longer lies by itself. Events are looked through often, sealed pictures hardly ever. */
const LONG = 300_000;
const APART = "sealed/";
const DAY = 86_400_000;

/** What the server said of an event. Each is final for the outbox: the server holds it. */
export type AnswerState = "accepted" | "already" | "rejected" | "conflict";

export interface Receipt {
  readonly state: AnswerState;
  readonly why: string | null;
  readonly version: number | null;
  /** The server keeps it, and records it once what it stands on has come: `why` says what for. */
  readonly isWaiting?: boolean;
  /** When it came, by the server's clock. */
  readonly at: string;
}

/** What travels: nobody on the way can read it, nor can the phone. */
export interface SealedEvent {
  readonly id: string;
  readonly device_id: string;
  readonly sequence: number;
  readonly key_version: number;
  readonly sealed: string;
}

/** An event on the disk: unsent, or of the last days with its receipt. */
export interface Kept extends SealedEvent {
  /** aside: the server could not read it; it waits with the sentence why, and stands in no other's way. */
  readonly state: "waiting" | "aside" | "received";
  /** By what they are sent in order: when it was made here. */
  readonly order: number;
  readonly receipt: Receipt | null;
  readonly receivedAt: number | null;
  readonly refusal?: string;
  /** Of what is sealed, where it lies by itself and `sealed` is empty. */
  readonly length?: number;
}

/** What else is kept, or goes (null), in one step with an event. */
export interface Beside {
  readonly name: string;
  readonly value: Sealed | null;
}

interface Counter {
  readonly sequence: number;
  /** Receipts for events of this device, over all time. */
  readonly receipts: number;
}

export interface AnswerTo {
  readonly id: string;
  readonly state: AnswerState;
  readonly why: string | null;
  readonly version: number | null;
  readonly is_waiting?: boolean;
}

/** An answer, and how it came. */
interface Settled extends AnswerTo {
  readonly at: string;
  readonly deviceId: string;
}

const COUNTER = "counter";
/** Marks one that never left. What goes out loses its mark: on a device without room, too, something can be taken away. */
const FRESH = "fresh/";
const NONE: Counter = { sequence: 0, receipts: 0 };

/** As many as one request takes; the first, however large. */
function fitting(events: readonly Kept[]): Kept[] {
  let length = 0;
  return events.filter((event, place) => (length += event.length ?? event.sealed.length) <= MOST_SENT || place === 0);
}

async function put(stores: Stores, event: Kept): Promise<void> {
  const isLong = event.sealed.length > LONG;
  if (isLong) await stores.put("meta", event.sealed, APART + event.id);
  await stores.put("events", isLong ? { ...event, sealed: "", length: event.sealed.length } : event);
}

async function drop(stores: Stores, { id, length }: Kept): Promise<void> {
  await stores.remove("events", id);
  await stores.remove("meta", FRESH + id);
  if (length) await stores.remove("meta", APART + id);
}

/** As they travel. */
async function bare(stores: Stores, events: readonly Kept[]): Promise<SealedEvent[]> {
  const found: SealedEvent[] = [];
  for (const { id, device_id, sequence, key_version, sealed, length } of events) {
    const whole = length ? await stores.get<string>("meta", APART + id) : sealed;
    if (whole) found.push({ id, device_id, sequence, key_version, sealed: whole });
  }
  return found;
}

/**
 * Events on their way, and the log of those that arrived. An event is on the disk, sealed, before anybody is told that
 * it is saved; it leaves the outbox by the server's receipt or by the hand of who made it, and by nothing else.
 */
export class Outbox {
  /** Out, and no room to say so. */
  private readonly unmarked = new Set<string>();
  /** Answered, and no room to note it: not sent again by this page, and noted once there is room. */
  private unnoted: readonly Settled[] = [];

  constructor(
    private readonly database: Database,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Seal an event and keep it. `beside`: what is kept or goes together with it (the day's own record, a half-filled form). The
   * sequence is taken first, by itself: a number that is lost with a full disk is a gap, which harms nobody. Where nobody could
   * open what is beside any more (`opens`), the event is kept alone.
   */
  async add(
    id: string, about: About, by: Maker, key: PublicKey, beside: readonly Beside[] = [],
    opens: (stores: Stores) => Promise<boolean> = async () => true,
  ): Promise<Kept> {
    const sequence = await this.database.write(async (stores) => {
      const counter = (await stores.get<Counter>("meta", COUNTER)) ?? NONE;
      await stores.put("meta", { ...counter, sequence: counter.sequence + 1 }, COUNTER);
      return counter.sequence + 1;
    });
    const at = this.now();
    const sealed = await seal(eventText(id, sequence, new Date(at), by, about), id, key);
    const event: Kept = {
      id, device_id: by.device_id, sequence, key_version: key.version, sealed, state: "waiting", order: sequence,
      receipt: null, receivedAt: null,
    };
    await this.database.write(async (stores) => {
      await put(stores, event);
      await stores.put("meta", true, FRESH + id);
      if (!(await opens(stores))) return;
      for (const { name, value } of beside) {
        if (value) await stores.put("private", value, name);
        else await stores.remove("private", name);
      }
    });
    return event;
  }

  /** How many have no receipt. */
  waiting(): Promise<number> {
    return this.database.read(async (stores) => (await stores.count("waiting")) + (await stores.count("aside")));
  }

  /** The server cannot read this one, and says why. One of the log is not held there any more, whatever its receipt said. */
  async setAside(id: string, refusal: string): Promise<void> {
    await this.database.write(async (stores) => {
      const event = await stores.get<Kept>("events", id);
      if (!event || event.state === "aside") return;
      await stores.put("events", { ...event, state: "aside", receipt: null, receivedAt: null, refusal });
      await stores.remove("meta", FRESH + id);
    });
  }

  /** Those set aside are tried once more. */
  async tryAgain(): Promise<void> {
    await this.database.write(async (stores) => {
      for (const event of await stores.inState<Kept>("aside")) await stores.put("events", { ...event, state: "waiting" });
    });
  }

  /** The next to send, in the order in which they were made; marked as out before they go. */
  next(): Promise<SealedEvent[]> {
    const answered = new Set(this.unnoted.map((one) => one.id));
    return this.out(async (stores) => {
      const found = await stores.inState<Kept>("waiting", AT_ONCE + answered.size);
      return fitting(found.filter((event) => !answered.has(event.id)).slice(0, AT_ONCE));
    });
  }

  /** All without a receipt, to be saved to a file. */
  toSave(): Promise<SealedEvent[]> {
    return this.out(async (stores) => [
      ...(await stores.inState<Kept>("waiting")), ...(await stores.inState<Kept>("aside")),
    ]);
  }

  private async out(choose: (stores: Stores) => Promise<Kept[]>): Promise<SealedEvent[]> {
    try {
      return await this.database.write(async (stores) => {
        const found = await choose(stores);
        for (const { id } of found) await stores.remove("meta", FRESH + id);
        return bare(stores, found);
      });
    } catch (error) {
      if (!(error instanceof Full)) throw error;
      // what waits on a device without room goes out all the same; that it did is remembered by this page alone
      const found = await this.database.read(async (stores) => bare(stores, await choose(stores)));
      for (const event of found) this.unmarked.add(event.id);
      return found;
    }
  }

  /**
   * Receipts: what was answered is held by the server, whatever it says. What was not stays. False where the device has
   * no room to note them: they are remembered, and noted with the next that are.
   */
  async settle(answers: readonly AnswerTo[], at: string, deviceId: string): Promise<boolean> {
    const all = [...this.unnoted, ...answers.map((one) => ({ ...one, at, deviceId }))];
    const isNoted = await ifRoom(this.database.write((stores) => this.note(stores, all)));
    this.unnoted = isNoted ? [] : all;
    return isNoted;
  }

  /** The server forgot some of what it answered: what was not noted is sent again. */
  doubt(): void {
    this.unnoted = [];
  }

  private async note(stores: Stores, answers: readonly Settled[]): Promise<void> {
    let counter = (await stores.get<Counter>("meta", COUNTER)) ?? NONE;
    for (const { id, state, why, version, is_waiting: isWaiting = false, at, deviceId } of answers) {
      const event = await stores.get<Kept>("events", id);
      if (!event) continue;
      if (event.state !== "received" && event.device_id === deviceId) {
        counter = { ...counter, receipts: counter.receipts + 1 };
      }
      // "already" tells nothing new of what was recorded before, but that it need not wait any more
      const isKnown = state === "already" && (event.receipt?.state === "accepted" || event.receipt?.state === "already");
      const receipt = isKnown && !isWaiting && !event.receipt.isWaiting ? event.receipt : { state, why, version, isWaiting, at };
      await stores.put("events", { ...event, state: "received", receipt, receivedAt: this.now() });
      await stores.remove("meta", FRESH + id);
    }
    await stores.put("meta", counter, COUNTER);
  }

  /** Never count below what the server has of this device: a phone put back from a copy would use numbers twice. */
  async countFrom(sequence: number): Promise<void> {
    const counter = (await this.database.read((stores) => stores.get<Counter>("meta", COUNTER))) ?? NONE;
    if (counter.sequence >= sequence) return;
    await this.database.write(async (stores) => {
      const now = (await stores.get<Counter>("meta", COUNTER)) ?? NONE;
      await stores.put("meta", { ...now, sequence: Math.max(now.sequence, sequence) }, COUNTER);
    });
  }

  /** Take back what never left. False where it may have: then only another event can undo it. */
  remove(id: string, beside?: string): Promise<boolean> {
    return this.database.write(async (stores) => {
      const event = await stores.get<Kept>("events", id);
      const isFresh = (await stores.get<boolean>("meta", FRESH + id)) ?? false;
      if (!event || event.state !== "waiting" || !isFresh || this.unmarked.has(id)) return false;
      await drop(stores, event);
      if (beside) await stores.remove("private", beside);
      return true;
    });
  }

  /** Those of another device, from its file. How many are new here. */
  take(events: readonly SealedEvent[]): Promise<number> {
    return this.database.write(async (stores) => {
      let added = 0;
      for (const event of events) {
        if (await stores.get<Kept>("events", event.id)) continue;
        const { id, device_id, sequence, key_version, sealed } = event;
        const kept: Kept = {
          id, device_id, sequence, key_version, sealed, state: "waiting", order: this.now(), receipt: null, receivedAt: null,
        };
        await put(stores, kept);
        added += 1;
      }
      return added;
    });
  }

  async receipts(): Promise<number> {
    return (await this.database.read((stores) => stores.get<Counter>("meta", COUNTER)))?.receipts ?? 0;
  }

  /** What the server holds of this device after the log was offered: less cannot be brought back from here. */
  async expect(receipts: number): Promise<void> {
    await this.database.write(async (stores) => {
      const counter = (await stores.get<Counter>("meta", COUNTER)) ?? NONE;
      await stores.put("meta", { ...counter, receipts }, COUNTER);
    });
  }

  /** The whole log, oldest first, in parts of one request each: a part is read when its turn has come. */
  async *log(): AsyncGenerator<SealedEvent[]> {
    let left = await this.database.read((stores) => stores.inState<Kept>("received"));
    while (left.length) {
      const part = fitting(left.slice(0, AT_ONCE));
      yield await this.database.read((stores) => bare(stores, part));
      left = left.slice(part.length);
    }
  }

  event(id: string): Promise<Kept | undefined> {
    return this.database.read((stores) => stores.get<Kept>("events", id));
  }

  /** Every event here, by id. */
  async events(): Promise<Map<string, Kept>> {
    const all = await this.database.read((stores) => stores.all<Kept>("events"));
    return new Map(all.map((event) => [event.id, event]));
  }

  /** Let go of what arrived longer ago than a backup may be old. Nothing that waits is ever old. */
  async prune(): Promise<number> {
    const before = this.now() - LOG_DAYS * DAY;
    return this.database.write(async (stores: Stores) => {
      const old = (await stores.inState<Kept>("received")).filter((event) => (event.receivedAt ?? before) < before);
      for (const event of old) await drop(stores, event);
      return old.length;
    });
  }
}
