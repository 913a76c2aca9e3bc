import { newId } from "../coding/wire";
import type { Habits } from "../offline/account";
import type { BarrierMet, Contact, KitLine, Need } from "../offline/events";
import type { Screen, Site, Thing } from "../offline/wire";

/**
 * A contact while it is told. What the screen shows is less than a contact holds (several lines of one thing): changes are
 * made to the contact itself, so that what is not shown stays as it is.
 */

const SILENT = "not_recorded";
export const TALLY = "tally";

/** Where the last one was, by the same route; of the person nothing. */
export function blank(screen: Screen, habits: Habits | undefined): Contact {
  const site = screen.sites.find((one) => one.id === habits?.site_id) ?? screen.sites[0];
  const has = (choices: readonly { code: string }[], code: string | undefined): boolean =>
    code !== undefined && choices.some((one) => one.code === code);
  return {
    site_id: site?.id ?? "", route: has(screen.enums.route, habits?.route) ? (habits?.route ?? "") : "service",
    device_time: "", client_code: null, kind: "single", tally: 1,
    place: has(screen.lists.place, habits?.place) ? (habits?.place ?? SILENT) : SILENT,
    mode: SILENT, who_spoke: SILENT, newness: "unknown", on_behalf_of: SILENT, duration: SILENT, kit_lines: [],
    disclosures: [], needs: [], barriers: [],
  };
}

function isOf(line: KitLine, thing: Thing): boolean {
  return line.item_id === thing.item_id && line.kit_version_id === thing.kit_version_id;
}

export function quantityOf(contact: Contact, thing: Thing): number {
  return contact.kit_lines.reduce((sum, line) => sum + (isOf(line, thing) ? line.quantity : 0), 0);
}

/** One more or one less; the line of which nothing came back takes the difference first. `lot`: where it is the first. */
export function withOneMore(contact: Contact, thing: Thing, lot: string | null = null): Contact {
  const lines = [...contact.kit_lines];
  const place = lines.findIndex((line) => isOf(line, thing));
  const line = lines[place];
  if (line) lines[place] = { ...line, quantity: line.quantity + 1, lot_id: line.quantity ? (line.lot_id ?? null) : lot };
  else lines.push({ item_id: thing.item_id, kit_version_id: thing.kit_version_id, lot_id: lot, quantity: 1, returned: SILENT });
  return { ...contact, kit_lines: lines };
}

export function withOneLess(contact: Contact, thing: Thing): Contact {
  const place = contact.kit_lines.map((line) => isOf(line, thing) && line.quantity > 0).lastIndexOf(true);
  // what is given of nothing comes from no lot
  const less = (line: KitLine): KitLine => ({ ...line, quantity: line.quantity - 1, lot_id: line.quantity > 1 ? (line.lot_id ?? null) : null });
  const lines = contact.kit_lines.map((line, at) => (at === place ? less(line) : line));
  // a line that gives nothing and brought nothing back is none
  return { ...contact, kit_lines: lines.filter(isSomething) };
}

function isSomething({ quantity, returned }: KitLine): boolean {
  return quantity > 0 || (typeof returned === "number" && returned > 0);
}

/** How many used ones came back; `null`: nobody said. */
export function returnedOf(contact: Contact, thing: Thing): number | null {
  const told = contact.kit_lines.filter((line) => isOf(line, thing)).map((line) => line.returned);
  const counts = told.filter((one) => typeof one === "number");
  return counts.length ? counts.reduce((sum, one) => sum + one, 0) : null;
}

/** It stands on the first line of the thing; where none was given, on a line of its own. */
export function withReturned(contact: Contact, thing: Thing, count: number | null): Contact {
  const first = contact.kit_lines.findIndex((line) => isOf(line, thing));
  const returned = count ?? SILENT;
  const lines =
    first < 0
      ? [...contact.kit_lines, { item_id: thing.item_id, kit_version_id: thing.kit_version_id, lot_id: null, quantity: 0, returned }]
      : contact.kit_lines.map((line, at) => (isOf(line, thing) ? { ...line, returned: at === first ? returned : SILENT } : line));
  return { ...contact, kit_lines: lines.filter(isSomething) };
}

/** From which lots it was given; nothing where nobody said. */
export function lotsOf(contact: Contact, thing: Thing): readonly string[] {
  const given = contact.kit_lines.filter((line) => isOf(line, thing) && line.quantity > 0);
  return [...new Set(given.map((line) => line.lot_id ?? null))].filter((lot) => lot !== null);
}

/** All that was given of a thing came from one lot; `null`: nobody said. */
export function withLot(contact: Contact, thing: Thing, lot: string | null): Contact {
  const lines = contact.kit_lines.map((line) => (isOf(line, thing) && line.quantity > 0 ? { ...line, lot_id: lot } : line));
  return { ...contact, kit_lines: lines };
}

function isLotOf(thing: Thing | undefined, lot: string | null | undefined): boolean {
  return thing?.lots?.some((one) => one.id === lot) ?? false;
}

/** The lot that was said last of a thing at a site, as long as it is there. */
export function lastLot(habits: Habits | undefined, site: Site, thing: Thing): string | null {
  const lot = habits?.lots?.[`${site.id}/${thing.key}`];
  return lot !== undefined && isLotOf(thing, lot) ? lot : null;
}

/** What is remembered once this contact is kept: of what was given the lot that it says, or that it says none. */
export function lotsAfter(habits: Habits | undefined, site: Site, contact: Contact): Readonly<Record<string, string>> {
  const lots = { ...habits?.lots };
  for (const thing of site.things) {
    if (!thing.lots?.length || !quantityOf(contact, thing)) continue;
    const [lot] = lotsOf(contact, thing);
    if (lot === undefined) delete lots[`${site.id}/${thing.key}`];
    else lots[`${site.id}/${thing.key}`] = lot;
  }
  return lots;
}

/** One contact, or several of which only the number is known: that is still to be told, and nobody's code goes with it. */
export function counted(contact: Contact, kind: string): Contact {
  return kind === contact.kind ? contact : { ...contact, kind, tally: kind === TALLY ? 0 : 1 };
}

/** What was given once more, as far as it is still given out here. */
export function withLines(contact: Contact, lines: readonly KitLine[], site: Site): Contact {
  const offered = (line: KitLine): Thing | undefined => site.things.find((thing) => isOf(line, thing));
  const kept = lines.filter((line) => offered(line) && line.quantity > 0);
  const lot = (line: KitLine): string | null => (isLotOf(offered(line), line.lot_id) ? (line.lot_id ?? null) : null);
  return { ...contact, kit_lines: kept.map((line) => ({ ...line, lot_id: lot(line), returned: SILENT })) };
}

export function answerOf(contact: Contact, topic: string): string | null {
  const answer = contact.disclosures.find((told) => told.topic === topic)?.answer;
  return answer === undefined || answer === SILENT ? null : answer;
}

/** `null`: silence. */
export function withAnswer(contact: Contact, topic: string, answer: string | null): Contact {
  const before = contact.disclosures.find((told) => told.topic === topic);
  const others = contact.disclosures.filter((told) => told.topic !== topic);
  if (answer === null) return { ...contact, disclosures: others };
  return { ...contact, disclosures: [...others, { topic, answer, raised_by: before?.raised_by ?? SILENT }] };
}

export function raisedBy(contact: Contact, topic: string): string | null {
  const who = contact.disclosures.find((told) => told.topic === topic)?.raised_by;
  return who === undefined || who === SILENT ? null : who;
}

/** `null`: nobody said. */
export function withRaisedBy(contact: Contact, topic: string, who: string | null): Contact {
  const change = (told: Contact["disclosures"][number]): typeof told => ({ ...told, raised_by: who ?? SILENT });
  return { ...contact, disclosures: contact.disclosures.map((told) => (told.topic === topic ? change(told) : told)) };
}

export function needOf(contact: Contact, domain: string): Need | undefined {
  return contact.needs.find((need) => need.domain === domain);
}

/** A need has its id from here on: a correction speaks of the same one. */
export function withNeed(contact: Contact, domain: string, change: Partial<Omit<Need, "id" | "domain">> | null): Contact {
  const before = needOf(contact, domain);
  if (change === null) return { ...contact, needs: contact.needs.filter((need) => need !== before) };
  if (!before) {
    const need: Need = { id: newId(), domain, urgency: SILENT, actions: [], barriers: [], ...change };
    return { ...contact, needs: [...contact.needs, need] };
  }
  return { ...contact, needs: contact.needs.map((need) => (need === before ? { ...need, ...change } : need)) };
}

export function toggled(codes: readonly string[], code: string): readonly string[] {
  return codes.includes(code) ? codes.filter((one) => one !== code) : [...codes, code];
}

/** One more of what stood in the way, or one less. */
export function withBarrier(barriers: readonly BarrierMet[], kind: string): readonly BarrierMet[] {
  const others = barriers.filter((one) => one.kind !== kind);
  return others.length < barriers.length ? others : [...barriers, { kind, level: SILENT }];
}

/** `null`: nobody said. */
export function withLevel(barriers: readonly BarrierMet[], kind: string, level: string | null): readonly BarrierMet[] {
  return barriers.map((one) => (one.kind === kind ? { ...one, level: level ?? SILENT } : one));
}

/** The server tells when an action was taken, too. */
function kindOf(action: string | { readonly kind: string }): string {
  return typeof action === "string" ? action : action.kind;
}

/** What the server shows of a contact, as one that can be told again: only what belongs to it, in the shape it came in. */
export function asTold(shown: Contact): Contact {
  const { site_id, route, device_time, kind, tally, place, mode, who_spoke, newness, on_behalf_of, duration } = shown;
  return {
    site_id, route, device_time, client_code: null, kind, tally, place, mode, who_spoke, newness, on_behalf_of, duration,
    kit_lines: shown.kit_lines.map(({ item_id, kit_version_id, lot_id, quantity, returned }) => ({
      item_id: item_id ?? null, kit_version_id: kit_version_id ?? null, lot_id: lot_id ?? null, quantity, returned: returned ?? SILENT,
    })),
    disclosures: shown.disclosures.map(({ topic, answer, raised_by }) => ({ topic, answer, raised_by: raised_by ?? SILENT })),
    needs: shown.needs.map((need) => ({
      id: need.id ?? newId(), domain: need.domain, urgency: need.urgency, actions: need.actions.map(kindOf),
      barriers: need.barriers.map(({ kind: one, level }) => ({ kind: one, level })),
    })),
    barriers: shown.barriers.map(({ kind: one, level }) => ({ kind: one, level })),
  };
}
