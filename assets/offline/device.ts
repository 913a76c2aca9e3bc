import { Database } from "./database";

/** One account's vault on this device. Nothing here says whose it is. */
export interface VaultEntry {
  readonly account_id: string;
  readonly opened_at: number;
}

const REGISTER = "throughline-device";
const VAULTS = "vaults";
const CURRENT = "current";

export function vaultName(accountId: string): string {
  return `throughline-vault-${accountId}`;
}

/** Which vaults lie on this device: a database each, so that one person's pages never read another's. */
export class Device {
  private constructor(private readonly database: Database) {}

  static async open(): Promise<Device> {
    return new Device(await Database.open(REGISTER));
  }

  /** In the order in which they were made. */
  async vaults(): Promise<readonly VaultEntry[]> {
    return (await this.database.read((stores) => stores.get<VaultEntry[]>("meta", VAULTS))) ?? [];
  }

  /** Whose vault was opened last. */
  current(): Promise<string | undefined> {
    return this.database.read((stores) => stores.get<string>("meta", CURRENT));
  }

  async choose(accountId: string, at: number): Promise<void> {
    await this.database.write(async (stores) => {
      const known = (await stores.get<VaultEntry[]>("meta", VAULTS)) ?? [];
      const entry = { account_id: accountId, opened_at: at };
      const is = (one: VaultEntry): boolean => one.account_id === accountId;
      await stores.put("meta", known.some(is) ? known.map((one) => (is(one) ? entry : one)) : [...known, entry], VAULTS);
      await stores.put("meta", accountId, CURRENT);
    });
  }
}

/** Whether the browser never clears what lies here for want of room: it is asked where it has not said yes. It may say no. */
export async function askToKeep(): Promise<boolean> {
  try {
    const { storage } = navigator;
    return (await storage?.persisted?.()) || ((await storage?.persist?.()) ?? false);
  } catch {
    return false;
  }
}
