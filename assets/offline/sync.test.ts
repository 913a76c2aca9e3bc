import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Account } from "./account";
import { fromText } from "./bytes";
import { correction, newContact } from "./events";
import { NoRecords, readFile, written } from "./file";
import { type AnswerTo, LOG_DAYS, type SealedEvent } from "./outbox";
import { unseal } from "./seal";
import { type Alone, Sync, type State } from "./sync";
import { type Answered, type Hello, Refused, SignedOut, Unreachable, type Wire } from "./wire";
import { CHEAP, contact, KEY, newAccountId, PRIVATE } from "./worlds";

/** A server that keeps what arrives by id; it can be away, lose an answer, be restored, and refuse to read one. */
class Server {
  readonly account = newAccountId();
  epoch = "first";
  held = new Map<string, SealedEvent>();
  /** What each request brought. */
  batches: string[][] = [];
  epochs: (string | null)[] = [];
  state: Hello["device"]["state"] = "active";
  unreadable = new Set<string>();
  failures: Error[] = [];
  isLosingAnswers = false;
  answersAtMost = 50;
  lastSequence = 0;

  hello = async (device: string | null): Promise<Hello> => {
    const failure = this.failures.shift();
    if (failure) throw failure;
    const receipts = [...this.held.values()].filter((event) => event.device_id === device).length;
    return {
      server_time: "2026-03-02T10:30:00Z", epoch: this.epoch, csrf_token: "t", account: { id: this.account, name: "Bob" },
      programme: { id: "p", name: "Lantern" }, key: KEY, device: { state: this.state, receipts, last_sequence: this.lastSequence },
      screen_version: "1",
    };
  };

  register = async (): Promise<void> => {
    this.state = "active";
  };

  send = async (_device: string, epoch: string | null, events: readonly SealedEvent[]): Promise<Answered> => {
    this.batches.push(events.map((event) => event.id));
    this.epochs.push(epoch);
    if (events.some((event) => this.unreadable.has(event.id))) throw new Refused(422, "This record cannot be read.");
    const answered = events.slice(0, this.answersAtMost);
    const answers = answered.map((event): AnswerTo => {
      const state = this.held.has(event.id) ? "already" : "accepted";
      this.held.set(event.id, event);
      return { id: event.id, state, why: null, version: 1 };
    });
    if (this.isLosingAnswers) throw new Unreachable();
    const retry = answered.length < events.length ? 3600 : null;
    return {
      epoch: this.epoch, server_time: "2026-03-02T10:30:01Z", skew_seconds: 7, answers, retry_after_seconds: retry,
    };
  };
}

const always: Alone = async (_name, work) => {
  await work();
  return true;
};

let server: Server;
let account: Account;
let states: State[];
let time: number;

function sync(alone: Alone = always): Sync {
  const listener = { stands: ({ state }: { state: State }) => states.push(state), heard: () => undefined, settled: () => undefined };
  return new Sync(account, server as unknown as Wire, listener, alone, () => time);
}

async function saved(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let one = 0; one < count; one += 1) {
    const id = newAccountId();
    await account.record(newContact(id, contact()), contact());
    ids.push(id);
  }
  return ids;
}

async function round(): Promise<void> {
  const one = sync();
  await one.round();
  one.stop();
}

beforeEach(async () => {
  vi.useRealTimers();
  time = Date.now();
  states = [];
  server = new Server();
  account = await Account.open(server.account, () => time, CHEAP);
  await account.learn({ key: KEY, programme_id: newAccountId() });
  await account.vault.choose("204060");
});

describe("what waits", () => {
  it("is sent in the order in which it was made, fifty at a time, and sealed", async () => {
    const ids = await saved(53);
    await round();
    expect(server.batches.map((batch) => batch.length)).toEqual([50, 3]);
    expect(server.batches.flat()).toEqual(ids);
    expect(await account.outbox.waiting()).toBe(0);
    const events = [...server.held.values()];
    expect(events.map((event) => event.sequence)).toEqual(ids.map((_id, place) => place + 1));
    const [first] = events;
    const inside = JSON.parse(await unseal(first?.sealed ?? "", first?.id ?? "", fromText(PRIVATE))) as Record<string, unknown>;
    expect(inside).toMatchObject({
      format: 1, kind: "contact", id: ids[0], contact_id: ids[0], account_id: server.account, sequence: 1, after: null,
      base_version: null, replaces: null, keeps_client: false, keeps_code: false, contact: { place: "counter" },
    });
    expect((await account.today())[0]?.event?.receipt).toMatchObject({ state: "accepted", version: 1 });
  });

  it("stays where an answer is lost, and is there once after it was sent again", async () => {
    const ids = await saved(2);
    server.isLosingAnswers = true;
    await round();
    expect(states).toEqual(["sending", "offline"]);
    expect(await account.outbox.waiting()).toBe(2);
    server.isLosingAnswers = false;
    await round();
    expect([...server.held.keys()]).toEqual(ids);
    expect(await account.outbox.waiting()).toBe(0);
    expect(await account.outbox.receipts()).toBe(2);
    expect(await account.outbox.event(ids[0] ?? "")).toMatchObject({ state: "received", receipt: { state: "already" } });
  });

  it("stays where the server had no time for it, and where nobody is signed in", async () => {
    await saved(4);
    server.answersAtMost = 3;
    await round();
    expect(await account.outbox.waiting()).toBe(1);
    server.failures = [new SignedOut()];
    await round();
    expect(states.at(-1)).toBe("signed_out");
    expect(await account.outbox.waiting()).toBe(1);
  });

  it("is sent again where the device had no room for the receipt", async () => {
    await saved(1);
    const put = vi.spyOn(IDBObjectStore.prototype, "put");
    const send = server.send;
    server.send = async (...given) => {
      const answered = await send(...given);
      put.mockImplementation(() => {
        throw new DOMException("no room", "QuotaExceededError");
      });
      return answered;
    };
    await round();
    expect(states.at(-1)).toBe("full");
    put.mockRestore();
    server.send = send;
    expect(await account.outbox.waiting()).toBe(1);
    await round();
    expect([await account.outbox.waiting(), server.held.size]).toEqual([0, 1]);
  });

  it("goes out from a device without any room, and is not taken for one that never left", async () => {
    await saved(2);
    await round();
    const ids = await saved(60);
    const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    server.batches = [];
    await round();
    expect([states.at(-1), ids.every((id) => server.held.has(id))]).toEqual(["full", true]);
    // those beyond the first fifty, too, and each once
    expect(server.batches.flat()).toEqual(ids);
    expect(await account.outbox.remove(ids[59] ?? "")).toBe(false);
    put.mockRestore();
    expect(await account.outbox.waiting()).toBe(60);
    await round();
    expect([await account.outbox.waiting(), server.held.size]).toEqual([0, 62]);
  });

  it("goes without the one that the server cannot read, which stays in sight", async () => {
    const ids = await saved(5);
    server.unreadable.add(ids[2] ?? "");
    await round();
    expect([...server.held.keys()].sort()).toEqual(ids.filter((_id, place) => place !== 2).sort());
    expect(await account.outbox.waiting()).toBe(1);
    expect(await account.outbox.event(ids[2] ?? "")).toMatchObject({ state: "aside", refusal: "This record cannot be read." });
    server.unreadable.clear();
    await account.outbox.tryAgain();
    await round();
    expect(server.held.size).toBe(5);
  });

  it("is not sent from a retired device, nor for another account, nor by two pages at once", async () => {
    await saved(1);
    server.state = "retired";
    await round();
    expect(states).toEqual(["retired"]);
    server.state = "active";
    await round();
    expect(server.held.size).toBe(1);
    await saved(1);
    const busy: Alone = async () => false;
    const one = sync(busy);
    await one.round();
    one.stop();
    const mine = account.identity.account_id;
    (server as { account: string }).account = newAccountId();
    await round();
    expect(states.at(-1)).toBe("other_account");
    expect([account.identity.account_id, server.held.size]).toEqual([mine, 1]);
  });

  it("is taken back without a trace before it left, by an event of its own after", async () => {
    await saved(1);
    const [first] = await account.today();
    expect(first && (await account.takeBack(first.own))).toBe("removed");
    expect([await account.outbox.waiting(), (await account.today()).length]).toEqual([0, 0]);
    const [id] = await saved(1);
    await account.outbox.next();
    const [second] = await account.today();
    expect(second && (await account.takeBack(second.own))).toBe("withdrawn");
    const [, withdrawn] = await account.outbox.next();
    const inside = JSON.parse(await unseal(withdrawn?.sealed ?? "", withdrawn?.id ?? "", fromText(PRIVATE))) as object;
    expect(inside).toMatchObject({ kind: "withdrawal", contact_id: id, after: id, base_version: null, contact: null });
  });

  it("of a corrected record stands on the event before it", async () => {
    const [id] = await saved(1);
    const [{ own } = { own: undefined }] = await account.today();
    if (!own || !id) throw new Error("nothing was saved");
    await account.record(correction(id, contact({ route: "peer" }), id, "typing_mistake", true), contact({ route: "peer" }), own);
    const [now] = await account.today();
    expect(now?.own).toMatchObject({ contact_id: id, contact: { route: "peer" }, is_withdrawn: false });
    const events = await account.outbox.next();
    expect(now?.own.events).toEqual(events.map((event) => event.id));
  });
});

describe("a receipt", () => {
  it("stays what it was when the same is told again, and follows what became of one that came back", async () => {
    const [id = ""] = await saved(1);
    const settle = (state: AnswerTo["state"], at: string): Promise<boolean> =>
      account.outbox.settle([{ id, state, why: null, version: 1 }], at, account.identity.device_id);
    const receipt = async (): Promise<unknown> => (await account.outbox.event(id))?.receipt;
    await settle("conflict", "first");
    await settle("already", "second");
    expect(await receipt()).toMatchObject({ state: "already", at: "second" });
    await settle("already", "third");
    expect(await receipt()).toMatchObject({ at: "second" });
    expect(await account.outbox.receipts()).toBe(1);
  });
});

describe("what waits at the server", () => {
  it("is remembered with what for, and no longer once it is recorded there", async () => {
    const [id = ""] = await saved(1);
    const settle = (state: AnswerTo["state"], why: string | null): Promise<boolean> =>
      account.outbox.settle([{ id, state, why, version: null, is_waiting: why !== null }], "now", account.identity.device_id);
    await settle("accepted", "It follows another one.");
    expect((await account.outbox.event(id))?.receipt).toMatchObject({ isWaiting: true, why: "It follows another one." });
    await settle("already", null);
    expect((await account.outbox.event(id))?.receipt).toMatchObject({ state: "already", isWaiting: false, why: null });
    expect([await account.outbox.waiting(), await account.outbox.receipts()]).toEqual([0, 1]);
  });
});

describe("the log", () => {
  it("is offered again when the server stands on another history, until it was offered whole", async () => {
    const ids = await saved(60);
    await round();
    // a backup of before the last ten
    server.epoch = "second";
    for (const id of ids.slice(50)) server.held.delete(id);
    server.batches = [];
    server.isLosingAnswers = true;
    await round();
    expect(account.identity.epoch).toBe("first");
    server.isLosingAnswers = false;
    server.batches = [];
    await round();
    expect(server.batches.flat()).toEqual(ids);
    expect([...server.held.keys()].sort()).toEqual([...ids].sort());
    expect(account.identity.epoch).toBe("second");
    server.batches = [];
    await round();
    expect(server.batches).toEqual([]);
    expect(await account.outbox.receipts()).toBe(60);
  });

  it("is offered until all of it is answered: a busy server loses none of it", async () => {
    const ids = await saved(60);
    await round();
    server.epoch = "second";
    server.held.clear();
    server.answersAtMost = 7;
    await round();
    expect(server.held.size).toBe(7);
    expect(account.identity.epoch).toBe("first");
    expect(await account.outbox.receipts()).toBe(60);
    // nothing of it is let go of, however old, as long as the server may want it
    time += (LOG_DAYS + 1) * 86_400_000;
    await round();
    server.answersAtMost = 50;
    await round();
    expect([...server.held.keys()].sort()).toEqual([...ids].sort());
    expect(account.identity.epoch).toBe("second");
  });

  it("keeps what is old while there is no room to note that another history took it", async () => {
    await saved(2);
    await round();
    server.epoch = "second";
    server.held.clear();
    time += (LOG_DAYS + 1) * 86_400_000;
    const kept = IDBObjectStore.prototype.put;
    const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...given) {
      if (this.name === "events") throw new DOMException("no room", "QuotaExceededError");
      return kept.apply(this, given);
    });
    await round();
    expect([server.held.size, states.at(-1), account.identity.epoch]).toEqual([2, "full", "first"]);
    put.mockRestore();
    // restored once more, from the same backup
    server.epoch = "third";
    server.held.clear();
    await round();
    expect([server.held.size, account.identity.epoch]).toEqual([2, "third"]);
  });

  it("counts on from what the server has, on a phone put back from a copy", async () => {
    server.lastSequence = 40;
    await round();
    await saved(1);
    expect((await account.outbox.next()).map((event) => event.sequence)).toEqual([41]);
  });

  it("is offered when the server holds less than there are receipts for, and only once where that cannot be mended", async () => {
    const ids = await saved(3);
    await round();
    server.held.delete(ids[1] ?? "");
    await round();
    expect(server.held.size).toBe(3);
    // older than the log reaches
    time += (LOG_DAYS + 1) * 86_400_000;
    expect(await account.outbox.prune()).toBe(3);
    server.held.clear();
    await round();
    expect(await account.outbox.receipts()).toBe(0);
  });

  it("lets go of what is old, and never of what waits", async () => {
    await saved(2);
    await round();
    await saved(1);
    time += (LOG_DAYS + 1) * 86_400_000;
    expect(await account.outbox.prune()).toBe(2);
    expect(await account.outbox.waiting()).toBe(1);
  });
});

describe("a file of unsent records", () => {
  it("is sent from another device of the same account, and harmless when its own device sends it too", async () => {
    const ids = await saved(2);
    const file = written(server.account, await account.outbox.toSave());
    expect(file).not.toContain("crack_use");
    const kept = readFile(file);
    // another device: its own vault of the same account; here the same one, emptied of nothing
    expect(await account.outbox.take(kept.events)).toBe(0);
    await account.outbox.take(kept.events.map((event) => ({ ...event, id: newAccountId(), device_id: "other" })));
    await round();
    expect(server.held.size).toBe(4);
    expect(await account.outbox.receipts()).toBe(2);
    const [first] = await account.today();
    // saved to a file is out of hand: it is withdrawn, never removed
    expect(first && (await account.takeBack(first.own))).toBe("withdrawn");
    expect(ids).toHaveLength(2);
  });

  it("is refused where it is something else", () => {
    for (const text of ["", "{}", '{"kind":"throughline-records","format":1,"account_id":"a","events":[{"id":1}]}']) {
      expect(() => readFile(text)).toThrow(NoRecords);
    }
  });
});
