import { type Bytes, random, utf8 } from "./bytes";
import { type Database, Full, type Stores } from "./database";
import { COST, type Cost, decrypt, encrypt, keyOf, keyOfPin, newKey, rawKey, type Sealed } from "./secret";

export const MOST_WRONG = 10;
export const SHORTEST_PIN = 6;

/** On the disk: enough to try a PIN, nothing to know it by. */
interface Lock {
  readonly salt: Bytes;
  readonly cost: Cost;
  readonly key: Sealed;
  /** Wrong PINs since the last right one; counted before a PIN is tried, so that a closed browser forgives none. */
  readonly wrong: number;
}

export type Tried = { readonly is: "open" } | { readonly is: "wrong"; readonly left: number } | { readonly is: "wiped" };

const LOCK = "lock";
/** Its key was destroyed, and nobody has signed in since. */
const GONE = "lock gone";
const OWN = "the vault's own key";

/**
 * What the phone may read only while its PIN has been given: the screen's data, today's own records. After ten wrong
 * PINs its key is destroyed, and what lay under it with it. Sealed records are no part of it: they stay, and are sent.
 */
export class Vault {
  private key: CryptoKey | null = null;
  /** Of the lock that the key lay behind. */
  private salt: Bytes | null = null;

  constructor(
    private readonly database: Database,
    private readonly cost: Cost = COST,
  ) {}

  get isOpen(): boolean {
    return this.key !== null;
  }

  /** Whether a PIN was chosen, and its key not destroyed. */
  async hasPin(): Promise<boolean> {
    return (await this.database.read((stores) => stores.get<Lock>("meta", LOCK))) !== undefined;
  }

  /** A first PIN, or a new one after the old one's key was destroyed. Nothing is left from before. */
  async choose(pin: string): Promise<void> {
    const salt = random(16);
    const own = await newKey();
    const raw = await rawKey(own);
    const wrapped = await encrypt(await keyOfPin(pin, salt, this.cost), raw, OWN);
    const lock: Lock = { salt, cost: this.cost, key: wrapped, wrong: 0 };
    await this.database.write(async (stores) => {
      await stores.clear("private");
      await stores.put("meta", lock, LOCK);
    });
    this.key = await keyOf(raw);
    this.salt = salt;
    raw.fill(0);
  }

  async unlock(pin: string): Promise<Tried> {
    const lock = await this.database.write(async (stores) => {
      const found = await stores.get<Lock>("meta", LOCK);
      if (!found) return null;
      const counted = { ...found, wrong: found.wrong + 1 };
      await stores.put("meta", counted, LOCK);
      return counted;
    });
    if (!lock) return { is: "wiped" };
    if (lock.wrong > MOST_WRONG) return this.wipe();
    const opened = await this.opened(pin, lock);
    if (!opened) return lock.wrong >= MOST_WRONG ? this.wipe() : { is: "wrong", left: MOST_WRONG - lock.wrong };
    await this.database.write((stores) => stores.put("meta", { ...lock, wrong: 0 }, LOCK));
    this.key = await keyOf(opened);
    this.salt = lock.salt;
    opened.fill(0);
    return { is: "open" };
  }

  /** Whether its key was destroyed while somebody was signed in, who need not be whoever holds the phone now. */
  async needsSignIn(): Promise<boolean> {
    return (await this.database.read((stores) => stores.get<boolean>("meta", GONE))) !== undefined;
  }

  /** Nobody is signed in: whoever signs in next may choose a PIN, and has none from here on. */
  async forget(): Promise<void> {
    await this.destroy(false);
  }

  lock(): void {
    this.key = null;
  }

  /** Under the open vault's key: to keep in memory while it is locked, or to put among what is kept. */
  async hide(about: string, value: unknown): Promise<Sealed> {
    return encrypt(this.opening(), utf8(JSON.stringify(value)), about);
  }

  async show<T>(about: string, sealed: Sealed): Promise<T> {
    return JSON.parse(new TextDecoder().decode(await decrypt(this.opening(), sealed, about))) as T;
  }

  async keep(name: string, value: unknown): Promise<void> {
    const sealed = await this.hide(name, value);
    const opens = await this.database.write(async (stores) => {
      const is = await this.opens(stores);
      if (is) await stores.put("private", sealed, name);
      return is;
    });
    if (!opens) throw new Locked();
  }

  async kept<T>(name: string): Promise<T | undefined> {
    this.opening();
    const [opens, sealed] = await this.database.read(async (stores) => [await this.opens(stores), await stores.get<Sealed>("private", name)] as const);
    if (!opens) throw new Locked();
    return sealed && this.show<T>(name, sealed);
  }

  /**
   * Whether the key is still that of the lock on the disk. Another page may have destroyed that one, or chosen a new PIN: then
   * nothing may be put under this key, which nobody could open again, and the vault is shut here, too.
   */
  async opens(stores: Stores): Promise<boolean> {
    const lock = await stores.get<Lock>("meta", LOCK);
    const { salt } = this;
    const is = lock !== undefined && salt !== null && lock.salt.every((byte, place) => byte === salt[place]);
    if (!is) this.key = null;
    return is;
  }

  private async opened(pin: string, lock: Lock): Promise<Bytes | null> {
    const key = await keyOfPin(pin, lock.salt, lock.cost);
    try {
      return await decrypt(key, lock.key, OWN);
    } catch {
      return null;
    }
  }

  private async wipe(): Promise<Tried> {
    // a phone without room for the mark loses its key all the same
    await this.destroy(true).catch((error: unknown) => {
      if (!(error instanceof Full)) throw error;
      return this.destroy(false);
    });
    return { is: "wiped" };
  }

  private async destroy(isMarked: boolean): Promise<void> {
    this.key = null;
    await this.database.write(async (stores) => {
      await stores.remove("meta", LOCK);
      await stores.remove("meta", GONE);
      await stores.clear("private");
      if (isMarked) await stores.put("meta", true, GONE);
    });
  }

  private opening(): CryptoKey {
    if (!this.key) throw new Locked();
    return this.key;
  }
}

/** The vault was locked meanwhile. */
export class Locked extends Error {}
