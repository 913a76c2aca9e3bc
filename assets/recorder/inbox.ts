import { make, say, type Words } from "../coding/dom";
import { DROPPED_FOR, type DroppedFor, type Held, type Screen } from "../offline/wire";
import { asTold } from "./draft";
import { timeWords } from "./clock";
import { button, folded, group } from "./controls";
import { facts, where } from "./facts";
import { twice } from "./today";

export interface InboxOptions {
  readonly words: Words;
  readonly screen: Screen;
  readonly language: string;
  /** Put right and send again. */
  again(held: Held): void;
  /** Of a form: its answers, to be put right. */
  openAgain(held: Held): void;
  /** As it is, on top of what stands now. */
  onTop(held: Held): void;
  drop(held: Held, why: DroppedFor): void;
}

/**
 * What came back, until it is settled: sent again, put on top, or dropped by the hand of who made it. Behind it what waits at
 * the server, until it is recorded there or dropped.
 */
export function inboxList(held: readonly Held[], options: InboxOptions): HTMLElement {
  const { words } = options;
  const list = (records: readonly Held[]): HTMLElement => make("ol", { class: "rec-records" }, ...records.map((one) => row(one, options)));
  const [back, waiting] = [held.filter((one) => one.state !== "waiting"), held.filter((one) => one.state === "waiting")];
  const element = make("div", { class: "rec-inbox" }, make("p", { class: "hint" }, say(words, "inbox_hint")));
  element.append(back.length ? list(back) : make("p", { class: "muted" }, say(words, "inbox_empty")));
  if (waiting.length) {
    const hint = make("p", { class: "hint" }, say(words, "waits_hint"));
    element.append(make("h3", {}, say(words, "waits_there")), hint, list(waiting));
  }
  return element;
}

function row(held: Held, options: InboxOptions): HTMLElement {
  const { words, screen, language } = options;
  const zone = screen.sites.find((site) => site.id === held.site_id)?.time_zone ?? "UTC";
  const told = held.contact && asTold(held.contact);
  const time = timeWords(held.contact?.device_time ?? held.made_at ?? held.received_at, zone, language);
  const code = say(words, held.has_client_code ? "with_code" : "without_code");
  const isWaiting = held.state === "waiting";
  const element = make(
    "li", { class: isWaiting ? "rec-record is-waiting" : "rec-record is-back", "data-held": held.id },
    make("p", { class: "rec-record-head" }, make("strong", {}, `${say(words, `held_${held.kind}`)} · ${time}`), told ? ` · ${where(told, screen)} · ${code}` : ""),
    make("p", { class: `rec-receipt tone-${isWaiting ? "warn" : "bad"}` }, held.why ?? say(words, `held_${held.state}`)),
  );
  if (told) element.append(facts(told, screen, words));
  if (held.current) {
    const now = asTold(held.current);
    element.append(
      make("p", { class: "rec-legend" }, say(words, "stands_now")), make("p", {}, where(now, screen)), facts(now, screen, words),
    );
  }
  const actions: HTMLElement[] = [];
  if (told && held.kind && !isWaiting) actions.push(button(say(words, "send_again"), () => options.again(held), "button-primary"));
  if (held.has_answers) actions.push(button(say(words, "held_open_again"), () => options.openAgain(held), "button-primary"));
  if (held.state === "conflict" && held.current && held.kind) {
    actions.push(twice(say(words, "mine_on_top"), say(words, "mine_on_top_sure"), () => options.onTop(held), ""));
  }
  // what can be read was either recorded, or did not happen, or is right as it stands
  const reasons = DROPPED_FOR.filter((why) => (why === "cannot_be_read") === (held.kind === null));
  const drops = reasons.map((why) =>
    button(say(words, `drop_${why}`), () => options.drop(held, why), "button-danger"),
  );
  if (actions.length) element.append(make("div", { class: "actions" }, ...actions));
  element.append(folded(say(words, "drop"), false, group(say(words, "drop_why"), "", make("div", { class: "actions" }, ...drops))));
  return element;
}
