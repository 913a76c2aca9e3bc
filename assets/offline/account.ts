import { newId } from "../coding/wire";
import { Database, ifRoom } from "./database";
import { vaultName } from "./device";
import { type About, type Contact, type Maker, withdrawal } from "./events";
import { type Beside, type Kept, Outbox } from "./outbox";
import type { PublicKey } from "./seal";
import { COST, type Cost } from "./secret";
import { Vault } from "./vault";
import type { Screen } from "./wire";

/** As long as the server lets a peer worker put an own record right, in hours. */
const OWN_HOURS = 18;

/** Of this account on this device; no secret in it. */
export interface Identity {
  readonly account_id: string;
  readonly device_id: string;
  readonly programme_id: string | null;
  /** Where the device was registered for. */
  readonly site_id: string | null;
  readonly key: PublicKey | null;
  readonly epoch: string | null;
}

/** One of today's own records: what was told, and never the client code. */
export interface OwnRecord {
  readonly contact_id: string;
  readonly contact: Contact;
  readonly has_code: boolean;
  readonly made_at: number;
  readonly is_withdrawn: boolean;
  /** Ids of its events, the first first. */
  readonly events: readonly string[];
}

/** What the next contact starts from. Nothing of a person. */
export interface Habits {
  readonly site_id: string;
  readonly route: string;
  readonly place: string;
  readonly last: Contact["kit_lines"];
  /** By site and thing, the lot that was said last: a box is opened once, and given from for days. */
  readonly lots?: Readonly<Record<string, string>>;
}

const IDENTITY = "identity";
const OWN = "own/";

/** One account on this device: its vault, its outbox, and what both are for. */
export class Account {
  private constructor(
    private readonly database: Database,
    readonly vault: Vault,
    readonly outbox: Outbox,
    private known: Identity,
    private readonly now: () => number,
  ) {}

  static async open(accountId: string, now: () => number = Date.now, cost: Cost = COST): Promise<Account> {
    const database = await Database.open(vaultName(accountId));
    const identity = await database.write(async (stores) => {
      const found = await stores.get<Identity>("meta", IDENTITY);
      if (found) return found;
      const made: Identity = {
        account_id: accountId, device_id: newId(), programme_id: null, site_id: null, key: null, epoch: null,
      };
      await stores.put("meta", made, IDENTITY);
      return made;
    });
    return new Account(database, new Vault(database, cost), new Outbox(database, now), identity, now);
  }

  get identity(): Identity {
    return this.known;
  }

  async learn(changed: Partial<Omit<Identity, "account_id" | "device_id">>): Promise<void> {
    const identity = { ...this.known, ...changed };
    // asked each time the server speaks: a device without room sends all the same
    if (JSON.stringify(identity) === JSON.stringify(this.known)) return;
    this.known = identity;
    // without room it counts for this page: the next one learns it anew
    await ifRoom(this.database.write((stores) => stores.put("meta", identity, IDENTITY)));
  }

  close(): void {
    this.vault.lock();
    this.database.close();
  }

  screen(): Promise<Screen | undefined> {
    return this.vault.kept<Screen>("screen");
  }

  keepScreen(screen: Screen): Promise<void> {
    return this.vault.keep("screen", screen);
  }

  habits(): Promise<Habits | undefined> {
    return this.vault.kept<Habits>("habits");
  }

  /** What only spares taps or questions; a device without room for it records all the same. */
  async keepIfRoom(name: "habits" | "inbox" | "name" | "asking", value: unknown): Promise<void> {
    await ifRoom(this.vault.keep(name, value));
  }

  /** Seal an event, and keep the record as it stands now beside it, in one step. */
  async record(about: About, contact: Contact, before?: OwnRecord): Promise<OwnRecord> {
    const id = about.kind === "contact" ? about.contact_id : newId(this.now());
    const hasCode = contact.client_code !== null || about.keeps_code || (about.keeps_client && (before?.has_code ?? true));
    const own: OwnRecord = {
      contact_id: about.contact_id, contact: { ...contact, client_code: null }, has_code: hasCode,
      made_at: before?.made_at ?? this.now(), is_withdrawn: about.kind === "withdrawal",
      events: [...(before?.events ?? []), id],
    };
    const name = OWN + own.contact_id;
    const key = this.known.key;
    if (!key) throw new Error("the programme's key is not known yet");
    await this.outbox.add(id, about, this.maker(), key, [{ name, value: await this.vault.hide(name, own) }], (stores) => this.vault.opens(stores));
    return own;
  }

  /** It did not happen: gone where it never left the phone, else by an event of its own. */
  async takeBack(own: OwnRecord): Promise<"removed" | "withdrawn"> {
    const [first, ...later] = own.events;
    if (first && !later.length && (await this.outbox.remove(first, OWN + own.contact_id))) return "removed";
    await this.record(withdrawal(own.contact_id, own.events.at(-1) ?? own.contact_id), own.contact, own);
    return "withdrawn";
  }

  /** No longer among today's own records: it came back, and was settled there. What was sent stays sent. */
  async forget(contactId: string): Promise<void> {
    await this.database.write((stores) => stores.remove("private", OWN + contactId));
  }

  /** How many own records are here to be looked at. */
  async ownCount(): Promise<number> {
    const names = await this.database.read((stores) => stores.keys("private"));
    return names.filter((one) => one.startsWith(OWN)).length;
  }

  /** Today's own records, the newest first, each with the last of its events. What is unsent stays however old. */
  async today(): Promise<{ readonly own: OwnRecord; readonly event: Kept | undefined }[]> {
    const names = await this.database.read((stores) => stores.keys("private"));
    const events = await this.outbox.events();
    const after = this.now() - OWN_HOURS * 3_600_000;
    const found = [];
    for (const name of names.filter((one) => one.startsWith(OWN))) {
      const own = await this.vault.kept<OwnRecord>(name);
      if (!own) continue;
      const isUnsent = own.events.some((id) => ["waiting", "aside"].includes(events.get(id)?.state ?? ""));
      if (own.made_at < after && !isUnsent) await this.database.write((stores) => stores.remove("private", name));
      else found.push({ own, event: events.get(own.events.at(-1) ?? "") });
    }
    return found.sort((one, other) => other.own.made_at - one.own.made_at);
  }

  /** Seal an event that is no contact, with what is kept or goes beside it. */
  async tell(id: string, about: About, beside: readonly { readonly name: string; readonly value: unknown }[]): Promise<void> {
    const key = this.known.key;
    if (!key) throw new Error("the programme's key is not known yet");
    const sealed: Beside[] = [];
    for (const { name, value } of beside) sealed.push({ name, value: value === null ? null : await this.vault.hide(name, value) });
    await this.outbox.add(id, about, this.maker(), key, sealed, (stores) => this.vault.opens(stores));
  }

  /** Names of what is kept under the key, of one kind. */
  async keptNames(kind: string): Promise<readonly string[]> {
    const names = await this.database.read((stores) => stores.keys("private"));
    return names.filter((one) => one.startsWith(kind));
  }

  async letGo(name: string): Promise<void> {
    await this.database.write((stores) => stores.remove("private", name));
  }

  private maker(): Maker {
    const { account_id, device_id, programme_id } = this.known;
    if (!programme_id) throw new Error("the programme is not known yet");
    return { programme_id, account_id, device_id };
  }
}
