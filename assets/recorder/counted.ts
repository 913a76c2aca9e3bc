import { make, say, type Words } from "../coding/dom";
import type { Contact } from "../offline/events";
import { choose, number, type Part } from "./controls";
import { counted, TALLY } from "./draft";

const MOST = 10_000;

/** One contact, or several of which only the number is known. */
export function countedPart(words: Words, contact: () => Contact, change: (contact: Contact) => void): Part {
  const kinds = [{ code: "single", label: say(words, "kind_single") }, { code: TALLY, label: say(words, "kind_tally") }];
  const kind = choose(say(words, "kind"), kinds, () => contact().kind, (code) => code && change(counted(contact(), code)));
  kind.element.querySelector(".rec-legend")?.classList.add("visually-hidden");
  const tally = number(
    say(words, "tally"), words, () => contact().tally || null, (count) => change({ ...contact(), tally: count ?? 0 }),
    { hint: say(words, "tally_hint"), least: 1, most: MOST, leap: 10 },
  );
  return {
    element: make("div", { class: "rec-counted" }, kind.element, tally.element),
    refresh: () => {
      tally.element.hidden = contact().kind !== TALLY;
      kind.refresh();
      tally.refresh();
    },
  };
}
