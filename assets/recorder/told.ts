import { make, say, type Words } from "../coding/dom";
import type { BarrierMet, Contact } from "../offline/events";
import type { Choice, Screen } from "../offline/wire";
import { choose, group, type Part, second, several, tap } from "./controls";
import { answerOf, needOf, raisedBy, toggled, withAnswer, withBarrier, withLevel, withNeed, withRaisedBy } from "./draft";

export interface Telling {
  readonly words: Words;
  readonly screen: Screen;
  contact(): Contact;
  change(contact: Contact): void;
}

const TAPPED = ["told", "said_no", "declined"];
const SILENT = "not_recorded";

/** What came up: one tap each, and the same again takes it back. Silence is silence. Who raised it, where it came up. */
export function topicsPart(telling: Telling): Part {
  const rows = known(telling.screen.lists.topic, telling.contact().disclosures.map((told) => told.topic)).map((topic) =>
    topicRow(telling, topic),
  );
  return {
    element: make("div", { class: "rec-topics" }, ...rows.map((one) => one.element)),
    refresh: () => rows.forEach((one) => one.refresh()),
  };
}

function topicRow(telling: Telling, { code, label }: Choice): Part {
  const { words, screen } = telling;
  const answer = choose(
    label, screen.enums.answer.filter((one) => TAPPED.includes(one.code)), () => answerOf(telling.contact(), code),
    (chosen) => telling.change(withAnswer(telling.contact(), code, chosen)), true,
  );
  const raised = choose(
    say(words, "raised_by"), screen.enums.raised_by.filter((one) => one.code !== SILENT), () => raisedBy(telling.contact(), code),
    (who) => telling.change(withRaisedBy(telling.contact(), code, who)), true,
  );
  answer.element.classList.add("rec-topic");
  raised.element.classList.add("rec-raised");
  answer.element.append(raised.element);
  return {
    element: answer.element,
    refresh: () => {
      raised.element.hidden = answerOf(telling.contact(), code) === null;
      answer.refresh();
      raised.refresh();
    },
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
    const barriers = needBarriers(telling, code);
    const inside = group(label, "rec-need-more", done.element, urgency.element, barriers.element);
    inside.querySelector(".rec-legend")?.classList.add("visually-hidden");
    const element = make("div", { class: "rec-need" }, whole.element, inside);
    return {
      element,
      refresh: () => {
        inside.hidden = need() === undefined;
        for (const part of [whole, urgency, done, barriers]) part.refresh();
      },
    };
  });
  return {
    element: make("div", { class: "rec-needs" }, ...rows.map((one) => one.element)),
    refresh: () => rows.forEach((one) => one.refresh()),
  };
}

/** What stood in the way of one need. */
function needBarriers(telling: Telling, domain: string): Part {
  const met = (): readonly BarrierMet[] => needOf(telling.contact(), domain)?.barriers ?? [];
  const put = (barriers: readonly BarrierMet[]): void => telling.change(withNeed(telling.contact(), domain, { barriers }));
  const { words } = telling;
  return second(say(words, "need_in_the_way"), () => met().length > 0, barriersOf(telling, say(words, "need_in_the_way"), met, put));
}

export function barriersPart(telling: Telling): Part {
  return barriersOf(
    telling, say(telling.words, "in_the_way"), () => telling.contact().barriers,
    (barriers) => telling.change({ ...telling.contact(), barriers }),
  );
}

/** What stood in the way; of each that did, on whose side it lay. */
function barriersOf(
  { words, screen }: Telling, legend: string, met: () => readonly BarrierMet[], put: (barriers: readonly BarrierMet[]) => void,
): Part {
  const choices = known(screen.lists.barrier_kind, met().map((one) => one.kind));
  const kinds = several(legend, choices, (kind) => met().some((one) => one.kind === kind), (kind) => put(withBarrier(met(), kind)));
  // what it stands under says the same
  kinds.element.querySelector(".rec-legend")?.classList.add("visually-hidden");
  const levels = screen.enums.barrier_level.filter((one) => one.code !== SILENT);
  const rows = choices.map(({ code, label }): Part => {
    const level = (): string | undefined => met().find((one) => one.kind === code)?.level;
    const row = choose(
      say(words, "barrier_level", { name: label }), levels, () => level() ?? null, (chosen) => put(withLevel(met(), code, chosen)), true,
    );
    return {
      element: row.element,
      refresh: () => {
        row.element.hidden = level() === undefined;
        row.refresh();
      },
    };
  });
  return {
    element: make("div", { class: "rec-barriers" }, kinds.element, ...rows.map((one) => one.element)),
    refresh: () => {
      kinds.refresh();
      for (const row of rows) row.refresh();
    },
  };
}
