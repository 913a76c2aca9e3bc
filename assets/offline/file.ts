import type { SealedEvent } from "./outbox";

const KIND = "throughline-records";

/** What was chosen is no file of records, or is cut off. */
export class NoRecords extends Error {}

/** A file of sealed records: whoever finds it can read none. The account says who may send it. */
export interface RecordsFile {
  readonly account_id: string;
  readonly events: readonly SealedEvent[];
}

export function written(accountId: string, events: readonly SealedEvent[]): string {
  return JSON.stringify({ kind: KIND, format: 1, account_id: accountId, events });
}

function isEvent(given: unknown): given is SealedEvent {
  const event = given as Record<string, unknown> | null;
  return (
    typeof event === "object" && event !== null && typeof event.id === "string" && typeof event.device_id === "string" &&
    typeof event.sequence === "number" && typeof event.key_version === "number" && typeof event.sealed === "string"
  );
}

export function readFile(text: string): RecordsFile {
  let given: { kind?: unknown; format?: unknown; account_id?: unknown; events?: unknown } | null;
  try {
    given = JSON.parse(text) as typeof given;
  } catch {
    throw new NoRecords();
  }
  const events = given?.events;
  if (given?.kind !== KIND || given.format !== 1 || typeof given.account_id !== "string") throw new NoRecords();
  if (!Array.isArray(events) || !events.every(isEvent)) throw new NoRecords();
  return { account_id: given.account_id, events };
}
