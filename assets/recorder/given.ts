import { make, say, type Words } from "../coding/dom";
import type { Contact, KitLine } from "../offline/events";
import type { Screen, Site, Thing } from "../offline/wire";
import { type Refusal, refusalOf } from "./agreements";
import { dayAt, dayWords } from "./clock";
import { newName, number, type Part, second } from "./controls";
import { quantityOf, returnedOf, withOneLess, withOneMore, withReturned } from "./draft";

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
  const name = words.not_offered ?? "";
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
    : make("p", { class: "muted" }, words.nothing_to_give ?? "");
  return { element, refresh: () => rows.forEach((one) => one.refresh()) };
}

function row(giving: Giving, thing: Thing): Part {
  const { words, language } = giving;
  const why = make("p", { class: "why", id: newName("why") });
  const count = make("span", { class: "rec-count num" });
  const give = make("button", { type: "button", class: "rec-give" }, make("span", {}, thing.name), count);
  const less = make("button", { type: "button", class: "rec-step rec-less", "aria-label": say(words, "one_less", { name: thing.name }) }, "−");
  const element = make("div", { class: "rec-thing" }, give, less, why);
  let refusal: Refusal | null = null;

  give.addEventListener("click", () => {
    if (refusal && !giving.isGivenAlready()) {
      giving.announce(why.textContent ?? "");
      return;
    }
    giving.change(withOneMore(giving.contact(), thing));
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
