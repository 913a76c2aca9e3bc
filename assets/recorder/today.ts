import { make, say, type Words } from "../coding/dom";
import type { OwnRecord } from "../offline/account";
import type { Kept } from "../offline/outbox";
import type { Held, Screen } from "../offline/wire";
import { timeWords } from "./clock";
import { button } from "./controls";
import { TALLY } from "./draft";
import { facts, where } from "./facts";

export interface TodayOptions {
  readonly words: Words;
  readonly screen: Screen;
  readonly language: string;
  correct(own: OwnRecord): void;
  takeBack(own: OwnRecord): void;
  /** It came back, and is no longer among what waits to be settled. */
  isSettled(event: Kept): boolean;
  /** What is known of one that came back, or waits at the server. */
  back(event: Kept): Held | undefined;
}

/** Asks once more, in its own place, before it does what cannot be undone. */
export function twice(text: string, sure: string, press: () => void, kind = "button-quiet"): HTMLButtonElement {
  const element = make("button", { type: "button", class: `button ${kind}` }, text);
  let isAsked = false;
  element.addEventListener("click", () => {
    if (isAsked) return press();
    // WebKit gives a button that is pressed no focus, and what has none is never left
    element.focus({ preventScroll: true });
    isAsked = true;
    element.textContent = sure;
    element.classList.add("button-danger");
  });
  element.addEventListener("blur", () => {
    isAsked = false;
    element.textContent = text;
    element.classList.remove("button-danger");
  });
  return element;
}

/** The receipt: a few signs of the event's id, by which a manager finds it. */
export function receiptOf(id: string): string {
  return id.slice(-8);
}

/** What became of an event, in words. */
export function stateOf(
  event: Kept | undefined, zone: string, { words, language, isSettled, back }: Pick<TodayOptions, "words" | "language" | "isSettled" | "back">,
): { text: string; tone: string } {
  if (!event) return { text: say(words, "receipt_old"), tone: "good" };
  if (event.state === "aside") return { text: event.refusal ?? "", tone: "bad" };
  if (event.state === "waiting" || !event.receipt) return { text: say(words, "receipt_none"), tone: "warn" };
  const { receipt, id } = event;
  const held = back(event);
  if (receipt.isWaiting && !isSettled(event)) {
    const isBack = held !== undefined && held.state !== "waiting";
    const text = `${say(words, isBack ? "came_back" : "receipt_waits")} ${held?.why ?? receipt.why ?? ""}`.trim();
    return { text, tone: isBack ? "bad" : "warn" };
  }
  if (receipt.state === "rejected" || receipt.state === "conflict") {
    if (isSettled(event)) return { text: say(words, "receipt_settled"), tone: "good" };
    return { text: `${say(words, "came_back")} ${receipt.why ?? ""}`.trim(), tone: "bad" };
  }
  return { text: say(words, "receipt", { time: timeWords(receipt.at, zone, language), receipt: receiptOf(id) }), tone: "good" };
}

export function todayList(records: readonly { own: OwnRecord; event: Kept | undefined }[], options: TodayOptions): HTMLElement {
  const { words, screen, language, correct, takeBack } = options;
  if (!records.length) return make("p", { class: "muted" }, say(words, "today_empty"));
  const rows = records.map(({ own, event }) => {
    const zone = screen.sites.find((site) => site.id === own.contact.site_id)?.time_zone ?? "UTC";
    const { text, tone } = stateOf(event, zone, options);
    const time = timeWords(own.contact.device_time, zone, language);
    const isBack = event?.receipt?.state === "rejected" || event?.receipt?.state === "conflict";
    const head = make(
      "p", { class: "rec-record-head" }, make("strong", {}, time), ` · ${where(own.contact, screen)} · `,
      ...(own.contact.kind === TALLY ? [say(words, "kind_tally")] : [say(words, own.has_code ? "with_code" : "anonymous")]),
    );
    const row = make(
      "li", { class: "rec-record", "data-record": own.contact_id }, head,
      own.is_withdrawn ? make("p", {}, say(words, "taken_back")) : facts(own.contact, screen, words),
      make("p", { class: `rec-receipt tone-${tone}` }, text),
    );
    if (!own.is_withdrawn && !isBack) {
      row.append(
        make(
          "div", { class: "actions" }, button(say(words, "correct"), () => correct(own)),
          twice(say(words, "take_back"), say(words, "take_back_sure"), () => takeBack(own)),
        ),
      );
    }
    return row;
  });
  return make("ol", { class: "rec-records" }, ...rows);
}

/** Put what is there now in the place of what was; who is asked just now whether to take a record back goes on being asked. */
export function showAnew(view: Element, ...shown: readonly Node[]): void {
  const asked = view.querySelector(".button-danger:focus")?.closest<HTMLElement>("[data-record]")?.dataset["record"];
  view.replaceChildren(...shown);
  if (asked) view.querySelector<HTMLButtonElement>(`[data-record="${asked}"] .actions > :last-child`)?.click();
}
