import "fake-indexeddb/auto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Account } from "./account";
import { Full } from "./database";
import { newContact } from "./events";
import { MOST_WRONG } from "./vault";
import { CHEAP, contact, KEY, newAccountId } from "./worlds";

const PIN = "204060";

async function opened(id = newAccountId()): Promise<Account> {
  const account = await Account.open(id, Date.now, CHEAP);
  await account.learn({ key: KEY, programme_id: newAccountId() });
  await account.vault.choose(PIN);
  return account;
}

/** Everything that lies on the disk of this account, as text. */
async function disk(account: Account): Promise<string> {
  const found: unknown[] = [];
  await new Promise<void>((resolve) => {
    const request = indexedDB.open(`throughline-vault-${account.identity.account_id}`);
    request.onsuccess = () => {
      const database = request.result;
      const names = [...database.objectStoreNames];
      const transaction = database.transaction(names);
      for (const name of names) {
        transaction.objectStore(name).getAll().onsuccess = (event) => found.push((event.target as IDBRequest).result);
      }
      transaction.oncomplete = () => {
        database.close();
        resolve();
      };
    };
  });
  return JSON.stringify(found, (_key, value: unknown) =>
    value instanceof Uint8Array ? new TextDecoder("latin1").decode(value) : value,
  );
}

afterEach(() => vi.restoreAllMocks());

describe("a vault", () => {
  it("opens by its PIN, in a page opened later, and by no other", async () => {
    const first = await opened();
    await first.vault.keep("screen", { name: "Harrowmere" });
    first.close();
    const again = await Account.open(first.identity.account_id, Date.now, CHEAP);
    expect(again.vault.isOpen).toBe(false);
    await expect(again.vault.kept("screen")).rejects.toThrow();
    expect(await again.vault.unlock("204061")).toEqual({ is: "wrong", left: MOST_WRONG - 1 });
    expect(await again.vault.unlock(PIN)).toEqual({ is: "open" });
    expect(await again.vault.kept("screen")).toEqual({ name: "Harrowmere" });
    expect(again.identity.device_id).toBe(first.identity.device_id);
    again.vault.lock();
    await expect(again.vault.kept("screen")).rejects.toThrow();
  });

  it("destroys its key after ten wrong PINs, and leaves what is sealed to be sent", async () => {
    const account = await opened();
    const id = newAccountId();
    await account.record(newContact(id, contact({ client_code: "KX15071984F" })), contact());
    for (let left = MOST_WRONG - 1; left > 0; left -= 1) {
      // a page opened anew in between forgives nothing
      account.vault.lock();
      const page = await Account.open(account.identity.account_id, Date.now, CHEAP);
      expect(await page.vault.unlock("000000")).toEqual({ is: "wrong", left });
      page.close();
    }
    expect(await account.vault.unlock("000000")).toEqual({ is: "wiped" });
    expect(await account.vault.hasPin()).toBe(false);
    expect(await account.vault.unlock(PIN)).toEqual({ is: "wiped" });
    expect(await account.outbox.waiting()).toBe(1);
    expect((await account.outbox.next()).map((event) => event.id)).toEqual([id]);
    // a new PIN starts empty
    await account.vault.choose("112233");
    expect(await account.today()).toEqual([]);
    expect(await account.outbox.waiting()).toBe(1);
  });

  it("forgets wrong PINs after a right one", async () => {
    const account = await opened();
    for (let turn = 0; turn < MOST_WRONG - 1; turn += 1) await account.vault.unlock("000000");
    expect(await account.vault.unlock(PIN)).toEqual({ is: "open" });
    expect(await account.vault.unlock("000000")).toEqual({ is: "wrong", left: MOST_WRONG - 1 });
  });

  it("keeps nothing of a person in clear: no code, no route, no site's name, no PIN", async () => {
    const account = await opened();
    await account.keepScreen({ sites: [{ name: "Harrowmere" }] } as never);
    await account.record(newContact(newAccountId(), contact({ client_code: "KX15071984F" })), contact({ client_code: "KX15071984F" }));
    await account.keepIfRoom("habits", { site_id: "s", route: "pharmacy", place: "hostel", last: [] });
    const [own] = await account.today();
    expect(own?.own.has_code).toBe(true);
    expect(JSON.stringify(own)).not.toContain("KX15071984F");
    const lies = await disk(account);
    expect(lies).toContain(account.identity.device_id);
    for (const word of ["KX15071984F", "crack_use", "Harrowmere", "pharmacy", PIN]) expect(lies).not.toContain(word);
  });

  it("keeps two people's records apart on one device", async () => {
    const [one, other] = [await opened(), await opened()];
    await one.record(newContact(newAccountId(), contact()), contact());
    expect(await other.today()).toEqual([]);
    expect(await other.outbox.waiting()).toBe(0);
    expect(one.identity.device_id).not.toBe(other.identity.device_id);
  });

  it("says that the device is full, and keeps neither the event nor its record", async () => {
    const account = await opened();
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    await expect(account.record(newContact(newAccountId(), contact()), contact())).rejects.toBeInstanceOf(Full);
    vi.restoreAllMocks();
    expect(await account.outbox.waiting()).toBe(0);
    expect(await account.today()).toEqual([]);
  });
});
