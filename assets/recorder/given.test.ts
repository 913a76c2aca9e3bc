import { describe, expect, it } from "vitest";
import type { Contact } from "../offline/events";
import type { Screen, Site, Thing } from "../offline/wire";
import { blank, withLot } from "./draft";
import { facts } from "./facts";
import { type Giving, givenPart } from "./given";

const words = new Proxy({}, { get: (_all, name: string) => `${name} %(name)s %(batch)s`.trim() }) as Record<string, string>;
const dose: Thing = {
  key: "item:d", item_id: "d", kit_version_id: null, name: "Naloxone", kinds: [], controlled: [],
  lots: [
    { id: "a", batch: "A1", expires_on: "2020-01-31", of: null },
    { id: "b", batch: "B2", expires_on: "2999-01-31", of: null },
  ],
};
const foil: Thing = { key: "item:f", item_id: "f", kit_version_id: null, name: "Foil", kinds: [], controlled: [] };
const site: Site = { id: "s", name: "Harrowmere", time_zone: "UTC", area: "North", things: [dose, foil] };
const screen = { is_agreement_needed: false, agreements: [], sites: [site], lists: { place: [], topic: [] }, enums: { route: [] } } as unknown as Screen;
const begun = blank(screen, undefined);

function given(contact: Contact, last: string | null = null) {
  let now = contact;
  const giving: Giving = {
    words, screen, site, language: "en", things: site.things, contact: () => now, isGivenAlready: () => false, announce: () => undefined,
    lastLot: (thing) => (thing === dose ? last : null),
    change: (next) => {
      now = next;
      part.refresh();
    },
  };
  const part = givenPart(giving);
  part.refresh();
  const row = (name: string): HTMLElement => [...part.element.children].find((one) => one.textContent?.includes(name)) as HTMLElement;
  return {
    lines: () => now.kit_lines,
    give: (name: string) => row(name).querySelector<HTMLButtonElement>(".rec-give")?.click(),
    field: (name: string) => row(name).querySelector<HTMLElement>(".rec-lot") as HTMLElement,
    select: () => row("Naloxone").querySelector("select") as HTMLSelectElement,
  };
}

describe("the lot on the screen", () => {
  it("is asked once something is given, where the site keeps lots of it, and costs no tap", () => {
    const form = given(begun);
    expect(form.field("Naloxone").hidden).toBe(true);
    form.give("Naloxone");
    form.give("Foil");
    expect([form.field("Naloxone").hidden, form.field("Foil").hidden, form.select().value]).toEqual([false, true, ""]);
    expect(form.lines().map((line) => line.lot_id)).toEqual([null, null]);
    const options = [...form.select().options].map((one) => one.textContent);
    expect(options).toEqual(["lot_not_said  ", "lot_expired  A1", "lot_named  B2"]);
    form.select().value = "b";
    form.select().dispatchEvent(new Event("change"));
    expect(form.lines().map((line) => line.lot_id)).toEqual(["b", null]);
  });

  it("begins with the lot that was said last", () => {
    const form = given(begun, "b");
    form.give("Naloxone");
    expect([form.select().value, form.lines()[0]?.lot_id]).toEqual(["b", "b"]);
  });

  it("leaves several lots, and one that is gone, as they were told until another is chosen", () => {
    const line = { item_id: "d", kit_version_id: null, quantity: 1, returned: "not_recorded" };
    const told = { ...begun, kit_lines: [{ ...line, lot_id: "a" }, { ...line, lot_id: "gone" }] };
    const one = given(told);
    expect([one.select().value, one.select().selectedOptions[0]?.textContent]).toEqual(["several", "lots_several  "]);
    one.select().dispatchEvent(new Event("change"));
    expect(one.lines().map((each) => each.lot_id)).toEqual(["a", "gone"]);
    expect(facts(told, screen, words).textContent).toContain("Naloxone × 1 (of_lot  A1), Naloxone × 1 (lot_gone");
    expect(facts(withLot(told, dose, null), screen, words).textContent).not.toContain("lot");
  });
});
