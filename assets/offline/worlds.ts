/** What the tests of this folder stand on. Nothing that is built imports it. */
import { newId } from "../coding/wire";
import type { Contact } from "./events";
import type { PublicKey } from "./seal";
import type { Cost } from "./secret";

export const CHEAP: Cost = { memory: 64, passes: 1 };
/** RFC 7748, 6.1: Bob's. Its private key is public, too. */
export const KEY: PublicKey = { version: 1, public_key: "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08" };
export const PRIVATE = "XasIfmJKikt54X-Lg4AO5m87sSkmGLb9HC-LJ_-I4Os";

export function newAccountId(): string {
  return newId();
}

export function contact(changed: Partial<Contact> = {}): Contact {
  return {
    site_id: "0190f3c0-0000-7000-8000-000000000001", route: "service", device_time: "2026-03-02T10:30:00.000Z",
    client_code: null, kind: "single", tally: 1, place: "counter", mode: "not_recorded", who_spoke: "not_recorded",
    newness: "returning", on_behalf_of: "not_recorded", duration: "not_recorded", kit_lines: [],
    disclosures: [{ topic: "crack_use", answer: "told", raised_by: "not_recorded" }], needs: [], barriers: [],
    ...changed,
  };
}
