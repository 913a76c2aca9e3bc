import { make, say, type Words } from "../coding/dom";
import type { Contact, KitLine } from "../offline/events";
import type { Lot, Screen, Site, Thing } from "../offline/wire";
import { type Refusal, refusalOf } from "./agreements";
import { dayAt, dayWords } from "./clock";
import { newName, number, type Part, second } from "./controls";
import { lotsOf, quantityOf, returnedOf, withLot, withOneLess, withOneMore, withReturned } from "./draft";

const SEVERAL = "several";

export function refusalWords(words: Words, refusal: Refusal, name: string, language: string): string {
  const values = { name, area: refusal.area, day: dayWords(refusal.day, language) };
  return say(words, refusal.is === "ended" ? "agreement_ended" : "agreement_none", values);
}

/** What a line gave, by its name; a name that is offered nowhere any more is said so. */
export function thingOf(screen: Screen, line: KitLine, words: Words): Thing {
  for (const site of screen.sites) {
    const found = site.things.find(
      (thing) => thing.item_id === (line.item_id ?? null) && thing.kit_version_id === (line.kit_version_id ?? null),
    );
    if (found) return found;
  }
  const name = say(words, "not_offered");
  return { key: "", item_id: line.item_id, kit_version_id: line.kit_version_id, name, kinds: [], controlled: [] };
}

/** What is offered at the site, in its order, and behind it what a record that is put right gave besides. */
export function thingsFor(screen: Screen, site: Site, lines: readonly KitLine[], words: Words): readonly Thing[] {
  const is = (thing: Thing, line: KitLine): boolean =>
    thing.item_id === line.item_id && thing.kit_version_id === line.kit_version_id;
  const others = lines.filter((line) => !site.things.some((thing) => is(thing, line)));
  const distinct = others.filter((line, place) => others.findIndex((one) => one.item_id === line.item_id && one.kit_version_id === line.kit_version_id) === place);
  return [...site.things, ...distinct.map((line) => thingOf(screen, line, words))];
}

export interface Giving {
  readonly words: Words;
  readonly screen: Screen;
  readonly site: Site;
  readonly language: string;
  /** Things that are given out, or were in the record that is put right. */
  readonly things: readonly Thing[];
  contact(): Contact;
  change(contact: Contact): void;
  /** It has happened already: recorded, and flagged by the server. */
  isGivenAlready(): boolean;
  announce(text: string): void;
  /** The lot that it was given from last. */
  lastLot(thing: Thing): string | null;
}

/** A lot by its number and its day; one that is no longer here has neither. */
function lotWords(words: Words, lot: Lot, day: string, language: string): string {
  const said = say(words, lot.expires_on < day ? "lot_expired" : "lot_named", { batch: lot.batch, day: dayWords(lot.expires_on, language) });
  return lot.of === null ? said : `${lot.of}: ${said}`;
}

/**
 * From which lot it came: asked where the site keeps lots of it, once it is given, and never first. What was said last stands
 * there already. Several lots of one thing were told elsewhere: they stay as long as none is chosen here.
 */
function lotPart(giving: Giving, thing: Thing): Part {
  const { words, language, site } = giving;
  const lots = thing.lots ?? [];
  const name = newName("lot");
  const day = dayAt(new Date(), site.time_zone);
  const held = lotsOf(giving.contact(), thing);
  const others = held.filter((lot) => !lots.some((one) => one.id === lot));
  const select = make(
    "select", { id: name },
    make("option", { value: "" }, say(words, "lot_not_said")),
    ...lots.map((lot) => make("option", { value: lot.id }, lotWords(words, lot, day, language))),
    ...others.map((lot) => make("option", { value: lot }, say(words, "lot_gone"))),
    ...(held.length > 1 ? [make("option", { value: SEVERAL }, say(words, "lots_several"))] : []),
  );
  select.addEventListener("change", () => {
    const contact = giving.contact();
    giving.change(select.value === SEVERAL ? contact : withLot(contact, thing, select.value || null));
  });
  const element = make("div", { class: "field rec-lot" }, make("label", { class: "label", for: name }, say(words, "lot_of", { name: thing.name })), select);
  return {
    element,
    refresh: () => {
      const now = lotsOf(giving.contact(), thing);
      element.hidden = quantityOf(giving.contact(), thing) === 0 || !(lots.length || others.length);
      select.value = now.length > 1 ? SEVERAL : (now[0] ?? "");
    },
  };
}

/** What may not leave here today, with why. */
export function refused(giving: Giving): Map<string, Refusal> {
  const day = dayAt(new Date(), giving.site.time_zone);
  const found = new Map<string, Refusal>();
  for (const thing of giving.things) {
    const refusal = refusalOf(giving.screen, giving.site, thing, day);
    if (refusal) found.set(thing.key, refusal);
  }
  return found;
}

/** A big button a thing: a tap is one, another one more; beside it one less. */
export function givenPart(giving: Giving): Part {
  const { words, things } = giving;
  const rows = things.map((thing) => row(giving, thing));
  const element = things.length
    ? make("div", { class: "rec-things" }, ...rows.map((one) => one.element))
    : make("p", { class: "muted" }, say(words, "nothing_to_give"));
  return { element, refresh: () => rows.forEach((one) => one.refresh()) };
}

function row(giving: Giving, thing: Thing): Part {
  const { words, language } = giving;
  const why = make("p", { class: "why", id: newName("why") });
  const count = make("span", { class: "rec-count num" });
  const give = make("button", { type: "button", class: "rec-give" }, make("span", {}, thing.name), count);
  const less = make("button", { type: "button", class: "rec-step rec-less", "aria-label": say(words, "one_less", { name: thing.name }) }, "−");
  const lot = lotPart(giving, thing);
  const element = make("div", { class: "rec-thing" }, give, less, why, lot.element);
  let refusal: Refusal | null = null;

  give.addEventListener("click", () => {
    if (refusal && !giving.isGivenAlready()) {
      giving.announce(why.textContent ?? "");
      return;
    }
    giving.change(withOneMore(giving.contact(), thing, giving.lastLot(thing)));
    giving.announce(say(words, "given_now", { name: thing.name, count: quantityOf(giving.contact(), thing) }));
  });
  less.addEventListener("click", () => {
    giving.change(withOneLess(giving.contact(), thing));
    giving.announce(say(words, "given_now", { name: thing.name, count: quantityOf(giving.contact(), thing) }));
    if (less.hidden) give.focus();
  });

  return {
    element,
    refresh: () => {
      refusal = refusalOf(giving.screen, giving.site, thing, dayAt(new Date(), giving.site.time_zone));
      const quantity = quantityOf(giving.contact(), thing);
      const isClosed = refusal !== null && !giving.isGivenAlready();
      count.textContent = quantity ? String(quantity) : "";
      lot.refresh();
      give.classList.toggle("has-some", quantity > 0);
      less.hidden = quantity === 0;
      element.classList.toggle("is-refused", isClosed);
      why.hidden = refusal === null;
      why.textContent = refusal ? refusalWords(words, refusal, thing.name, language) : "";
      if (isClosed) give.setAttribute("aria-disabled", "true");
      else give.removeAttribute("aria-disabled");
      if (refusal) give.setAttribute("aria-describedby", why.id);
      else give.removeAttribute("aria-describedby");
    },
  };
}

/** What was brought back of each thing: a number, where somebody counted. */
export function returnedPart(giving: Giving): Part {
  const { words, things } = giving;
  const rows = things.map((thing) =>
    number(
      say(words, "came_back_of", { name: thing.name }), words, () => returnedOf(giving.contact(), thing),
      (count) => giving.change(withReturned(giving.contact(), thing, count)), { leap: 10 },
    ),
  );
  const has = (): boolean => things.some((thing) => returnedOf(giving.contact(), thing) !== null);
  return second(say(words, "brought_back"), has, ...rows);
}
