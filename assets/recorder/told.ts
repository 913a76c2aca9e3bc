import { make, say, type Words } from "../coding/dom";
import type { Contact } from "../offline/events";
import type { Choice, Screen } from "../offline/wire";
import { choose, group, type Part, several, tap } from "./controls";
import { answerOf, needOf, toggled, withAnswer, withBarrier, withNeed } from "./draft";

export interface Telling {
  readonly words: Words;
  readonly screen: Screen;
  contact(): Contact;
  change(contact: Contact): void;
}

const TAPPED = ["told", "said_no", "declined"];
const SILENT = "not_recorded";

/** What came up: one tap each, and the same again takes it back. Silence is silence. */
export function topicsPart(telling: Telling): Part {
  const answers = telling.screen.enums.answer.filter((one) => TAPPED.includes(one.code));
  const rows = known(telling.screen.lists.topic, telling.contact().disclosures.map((told) => told.topic)).map((topic) =>
    choose(
      topic.label, answers, () => answerOf(telling.contact(), topic.code),
      (answer) => telling.change(withAnswer(telling.contact(), topic.code, answer)), true,
    ),
  );
  for (const one of rows) one.element.classList.add("rec-topic");
  return {
    element: make("div", { class: "rec-topics" }, ...rows.map((one) => one.element)),
    refresh: () => rows.forEach((one) => one.refresh()),
  };
}

/** Codes that a record holds and the programme has retired stay to be seen, under their code. */
function known(choices: readonly Choice[], codes: readonly string[]): readonly Choice[] {
  const retired = [...new Set(codes)].filter((code) => !choices.some((one) => one.code === code));
  return [...choices, ...retired.map((code) => ({ code, label: code.replaceAll("_", " ") }))];
}

/** What they need; how soon, and what was done, where something is needed. */
export function needsPart(telling: Telling): Part {
  const { words, screen } = telling;
  const rows = known(screen.lists.need_domain, telling.contact().needs.map((need) => need.domain)).map(({ code, label }): Part => {
    const need = (): ReturnType<typeof needOf> => needOf(telling.contact(), code);
    const whole = tap(label, () => need() !== undefined, () => telling.change(withNeed(telling.contact(), code, need() ? null : {})));
    const urgency = choose(
      say(words, "how_soon"), screen.enums.urgency.filter((one) => one.code !== SILENT), () => need()?.urgency ?? null,
      (chosen) => telling.change(withNeed(telling.contact(), code, { urgency: chosen ?? SILENT })), true,
    );
    const done = several(
      say(words, "what_was_done"), screen.enums.action_kind, (kind) => need()?.actions.includes(kind) ?? false,
      (kind) => telling.change(withNeed(telling.contact(), code, { actions: toggled(need()?.actions ?? [], kind) })),
    );
    const inside = group(label, "rec-need-more", done.element, urgency.element);
    inside.querySelector(".rec-legend")?.classList.add("visually-hidden");
    const element = make("div", { class: "rec-need" }, whole.element, inside);
    return {
      element,
      refresh: () => {
        inside.hidden = need() === undefined;
        for (const part of [whole, urgency, done]) part.refresh();
      },
    };
  });
  return {
    element: make("div", { class: "rec-needs" }, ...rows.map((one) => one.element)),
    refresh: () => rows.forEach((one) => one.refresh()),
  };
}

export function barriersPart(telling: Telling): Part {
  const { words, screen } = telling;
  const choices = known(screen.lists.barrier_kind, telling.contact().barriers.map((one) => one.kind));
  const part = several(
    say(words, "in_the_way"), choices, (kind) => telling.contact().barriers.some((one) => one.kind === kind),
    (kind) => telling.change(withBarrier(telling.contact(), kind)),
  );
  // what it is folded away under says the same
  part.element.querySelector(".rec-legend")?.classList.add("visually-hidden");
  return part;
}
