import { make, say, type Words } from "../coding/dom";
import type { Standing } from "../offline/sync";

/** A clock that is further off than this many seconds is worth a word. */
const FAR_OFF = 120;

/** How many records have no receipt, always in sight, and why. */
export class Status {
  readonly element: HTMLElement;
  /** What is worth a word and no place that stays in sight: it would cover a phone's screen. */
  readonly beside: HTMLElement;
  private readonly count = make("strong", { class: "rec-unsent num", "data-unsent": true });
  private readonly text = make("span", { "data-state": true });
  private readonly clock = make("p", { class: "small muted", hidden: true });
  private readonly room = make("p", { class: "small muted", "data-room": true, hidden: true });
  private readonly signIn: HTMLAnchorElement;

  constructor(
    private readonly words: Words,
    signInUrl: string,
  ) {
    this.signIn = make("a", { class: "button button-primary", href: signInUrl, hidden: true });
    const line = make("p", { class: "rec-status-line", role: "status" }, this.count, " ", this.text);
    this.element = make("div", { class: "rec-status" }, line, this.signIn);
    this.beside = make("div", { class: "rec-beside" }, this.clock, this.room);
    this.show(0, { state: "idle", why: null, skew: null });
  }

  /** Whether the browser promised to keep what lies on the device; said where it did not. */
  keeps(isPromised: boolean): void {
    this.room.hidden = isPromised;
    this.room.textContent = isPromised ? "" : say(this.words, "may_be_cleared");
  }

  show(waiting: number, { state, why, skew }: Standing): void {
    const { words } = this;
    const is = waiting === 0 && state === "idle" ? "all_sent" : state;
    this.count.textContent = waiting === 0 ? say(words, "unsent_none") : say(words, "unsent", { count: waiting });
    this.text.textContent = why ?? say(words, `state_${is}`, { count: waiting });
    this.element.dataset.is = waiting === 0 ? "sent" : "unsent";
    this.element.dataset.state = state;
    this.signIn.hidden = state !== "signed_out";
    this.signIn.textContent = say(words, waiting === 0 ? "sign_in" : "sign_in_to_send", { count: waiting });
    this.clock.hidden = skew === null || Math.abs(skew) < FAR_OFF;
    if (skew !== null) this.clock.textContent = say(words, "clock_off", { count: Math.round(Math.abs(skew) / 60) });
  }
}
