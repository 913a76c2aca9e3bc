import { make, say, type Words } from "../coding/dom";
import type { Contact, KitLine } from "../offline/events";
import type { Choice, EnumName, ListName, Screen } from "../offline/wire";
import { TALLY } from "./draft";
import { thingOf } from "./given";

const SILENT = "not_recorded";

function label(choices: readonly Choice[], code: string): string {
  return choices.find((one) => one.code === code)?.label ?? code.replaceAll("_", " ");
}

/** A contact in a few words, each line under what it is. What was not recorded is not made up. */
export function facts(contact: Contact, screen: Screen, words: Words): HTMLElement {
  const list = (name: ListName, code: string): string => label(screen.lists[name], code);
  const one = (name: EnumName, code: string): string => label(screen.enums[name], code);
  const rows: [string, string][] = [];
  const add = (name: string, parts: readonly string[]): void => {
    if (parts.length) rows.push([say(words, name), parts.join(", ")]);
  };
  const barriers = (met: Contact["barriers"]): string[] =>
    met.map(({ kind, level }) => (level === SILENT ? list("barrier_kind", kind) : `${list("barrier_kind", kind)} (${one("barrier_level", level)})`));
  if (contact.kind === TALLY) add("tally_counted", [String(contact.tally)]);
  const given = contact.kit_lines.filter((line) => line.quantity > 0);
  add("given_out", given.map((line) => `${thingOf(screen, line, words).name} × ${line.quantity}${ofLot(screen, line, words)}`));
  const returned = contact.kit_lines.filter((line) => typeof line.returned === "number");
  add("brought_back", returned.map((line) => `${thingOf(screen, line, words).name} × ${line.returned}`));
  for (const answer of ["told", "said_no", "declined"]) {
    const found = contact.disclosures.filter((told) => told.answer === answer).map(({ topic, raised_by }) =>
      raised_by === SILENT ? list("topic", topic) : say(words, "raised_by_whom", { name: list("topic", topic), who: one("raised_by", raised_by) }),
    );
    if (found.length) rows.push([one("answer", answer), found.join(", ")]);
  }
  add("needs", contact.needs.map((need) => {
    const more = [...need.actions.map((kind) => one("action_kind", kind))];
    if (need.urgency !== SILENT) more.push(one("urgency", need.urgency));
    more.push(...barriers(need.barriers));
    return more.length ? `${list("need_domain", need.domain)} (${more.join(", ")})` : list("need_domain", need.domain);
  }));
  add("in_the_way", barriers(contact.barriers));
  if (typeof contact.on_behalf_of === "number") rows.push([say(words, "on_behalf"), String(contact.on_behalf_of)]);
  if (!rows.length) return make("p", { class: "muted small" }, say(words, "nothing_else"));
  return make(
    "dl", { class: "facts rec-facts" },
    ...rows.map(([term, text]) => make("div", {}, make("dt", {}, term), make("dd", {}, text))),
  );
}

function ofLot(screen: Screen, line: KitLine, words: Words): string {
  if (!line.lot_id) return "";
  const lots = screen.sites.flatMap((site) => site.things).flatMap((thing) => thing.lots ?? []);
  const lot = lots.find((one) => one.id === line.lot_id);
  return ` (${lot ? say(words, "of_lot", { batch: lot.batch }) : say(words, "lot_gone")})`;
}

/** Where and by which route. */
export function where(contact: Contact, screen: Screen): string {
  const site = screen.sites.find((one) => one.id === contact.site_id)?.name;
  const place = contact.place === "not_recorded" ? undefined : label(screen.lists.place, contact.place);
  return [site, label(screen.enums.route, contact.route), place].filter(Boolean).join(" · ");
}
