/** IndexedDB, with promises. What is written is on the disk when a promise is kept: every write asks for "strict". */

/** The device has no room left. Nothing was written. */
export class Full extends Error {}

/** Whether there was room for it. */
export async function ifRoom(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (!(error instanceof Full)) throw error;
    return false;
  }
}

/** Stores of one vault: what everything is kept under. */
export const STORES = ["meta", "events", "private"] as const;
export type StoreName = (typeof STORES)[number];

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the device could not read its own records"));
  });
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}

/** The stores of one transaction. Nothing but its own promises may be waited for inside: others would end it. */
export class Stores {
  constructor(private readonly transaction: IDBTransaction) {}

  get<T>(store: StoreName, key: string): Promise<T | undefined> {
    return asked(this.transaction.objectStore(store).get(key) as IDBRequest<T | undefined>);
  }

  all<T>(store: StoreName): Promise<T[]> {
    return asked(this.transaction.objectStore(store).getAll() as IDBRequest<T[]>);
  }

  keys(store: StoreName): Promise<string[]> {
    return asked(this.transaction.objectStore(store).getAllKeys() as IDBRequest<string[]>);
  }

  /** At most `most` of those with that state, in the order in which they were made. */
  inState<T>(state: string, most?: number): Promise<T[]> {
    const range = IDBKeyRange.bound([state], [state, []]);
    return asked(this.transaction.objectStore("events").index("state").getAll(range, most) as IDBRequest<T[]>);
  }

  count(state: string): Promise<number> {
    return asked(this.transaction.objectStore("events").index("state").count(IDBKeyRange.bound([state], [state, []])));
  }

  async put(store: StoreName, value: unknown, key?: string): Promise<void> {
    await asked(this.transaction.objectStore(store).put(value, key));
  }

  async remove(store: StoreName, key: string): Promise<void> {
    await asked(this.transaction.objectStore(store).delete(key));
  }

  async clear(store: StoreName): Promise<void> {
    await asked(this.transaction.objectStore(store).clear());
  }
}

/**
 * The browser ended the connection, which nobody asked for: WebKit does so to pages that were long out of sight. Whatever was
 * asked of it then fails in one of these ways, and so does all that is asked later, until it is opened anew.
 */
function isCutOff(error: unknown): boolean {
  return error instanceof DOMException && (error.name === "InvalidStateError" || error.name === "UnknownError");
}

function opened(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      const made = request.result;
      made.createObjectStore("meta");
      made.createObjectStore("private");
      made.createObjectStore("events", { keyPath: "id" }).createIndex("state", ["state", "order"]);
    };
    request.onsuccess = () => {
      const database = request.result;
      // another page wants a newer shape: let it
      database.onversionchange = () => database.close();
      resolve(database);
    };
    request.onerror = () => reject(isFull(request.error) ? new Full() : request.error);
  });
}

export class Database {
  private isClosed = false;

  private constructor(
    private readonly name: string,
    private database: IDBDatabase,
  ) {}

  /** Opened, or made where there is none. */
  static async open(name: string): Promise<Database> {
    return new Database(name, await opened(name));
  }

  read<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    return this.again("readonly", work);
  }

  /**
   * All of it or nothing, on the disk before the promise is kept. Full where the device has no room. Where the browser ended the
   * connection meanwhile `work` is done once more over a new one: it may have been written already, and is written by its key.
   */
  write<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    return this.again("readwrite", work);
  }

  close(): void {
    this.isClosed = true;
    this.database.close();
  }

  private async again<T>(mode: IDBTransactionMode, work: (stores: Stores) => Promise<T>): Promise<T> {
    const before = this.database;
    try {
      return await this.run(mode, work);
    } catch (error) {
      if (this.isClosed || !isCutOff(error)) throw error;
      // of several that were cut off together the first opens it anew
      if (this.database === before) {
        before.close();
        const next = await opened(this.name);
        if (this.database === before) this.database = next;
        else next.close();
      }
      return this.run(mode, work);
    }
  }

  private async run<T>(mode: IDBTransactionMode, work: (stores: Stores) => Promise<T>): Promise<T> {
    const transaction = this.database.transaction([...STORES], mode, { durability: "strict" });
    const over = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("nothing was kept"));
    });
    // where the work itself fails, that is what is told
    over.catch(() => undefined);
    try {
      const result = await work(new Stores(transaction));
      await over;
      return result;
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // it is over already
      }
      // a browser may end the transaction for want of room: what was asked within it fails as ended
      if (isFull(error) || isFull(transaction.error)) throw new Full();
      throw isCutOff(transaction.error) ? transaction.error : error;
    }
  }
}
