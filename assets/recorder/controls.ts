import { make, say, type Words } from "../coding/dom";
import type { Choice } from "../offline/wire";

/** A part of the screen, and how it comes to show what is told by now. Nothing is drawn anew under a finger. */
export interface Part {
  readonly element: HTMLElement;
  refresh(): void;
}

let made = 0;
export function newName(kind: string): string {
  made += 1;
  return `rec-${kind}-${made}`;
}

export function button(text: string, press: () => void, kind = ""): HTMLButtonElement {
  const element = make("button", { type: "button", class: `button ${kind}`.trim() }, text);
  element.addEventListener("click", press);
  return element;
}

/** A button that is down or up. */
export function tap(text: string, isDown: () => boolean, press: () => void): Part {
  const element = make("button", { type: "button", class: "rec-tap", "aria-pressed": "false" }, text);
  element.addEventListener("click", press);
  return { element, refresh: () => element.setAttribute("aria-pressed", String(isDown())) };
}

export function group(legend: string, kind: string, ...children: (Node | string)[]): HTMLElement {
  const name = newName("group");
  const head = make("p", { class: "rec-legend", id: name }, legend);
  return make("div", { class: `rec-group ${kind}`.trim(), role: "group", "aria-labelledby": name }, head, ...children);
}

/** One of several. Where `isOptional`, the same again is none. */
export function choose(
  legend: string, choices: readonly Choice[], current: () => string | null, pick: (code: string | null) => void,
  isOptional = false,
): Part {
  const taps = choices.map(({ code, label }) =>
    tap(label, () => current() === code, () => pick(isOptional && current() === code ? null : code)),
  );
  const element = group(legend, "rec-choices", make("div", { class: "rec-taps" }, ...taps.map((one) => one.element)));
  return { element, refresh: () => taps.forEach((one) => one.refresh()) };
}

/** Any of several. */
export function several(
  legend: string, choices: readonly Choice[], has: (code: string) => boolean, turn: (code: string) => void,
): Part {
  const taps = choices.map(({ code, label }) => tap(label, () => has(code), () => turn(code)));
  const element = group(legend, "rec-choices", make("div", { class: "rec-taps" }, ...taps.map((one) => one.element)));
  return { element, refresh: () => taps.forEach((one) => one.refresh()) };
}

/** A number that may not have been told: `null` is silence, and no nought. */
export function number(
  legend: string, hint: string, words: Words, current: () => number | null, put: (value: number | null) => void,
): Part {
  const [name, about] = [newName("number"), newName("hint")];
  const shown = make("output", { class: "rec-number num", id: name });
  const less = make("button", { type: "button", class: "rec-step", "aria-label": say(words, "one_less", { name: legend }) }, "−");
  const more = make("button", { type: "button", class: "rec-step", "aria-label": say(words, "one_more", { name: legend }) }, "+");
  less.addEventListener("click", () => {
    const value = current();
    // one less than nought is: nobody said
    put(value === null || value === 0 ? null : value - 1);
  });
  more.addEventListener("click", () => put(Math.min((current() ?? 0) + 1, 500)));
  const element = group(
    legend, "rec-counting", make("div", { class: "rec-steps" }, less, shown, more), make("p", { class: "hint", id: about }, hint),
  );
  element.setAttribute("aria-describedby", about);
  return {
    element,
    refresh: () => {
      const value = current();
      shown.textContent = value === null ? (words.not_recorded ?? "") : String(value);
      shown.classList.toggle("nothing", value === null);
    },
  };
}

/** A part of the form that is folded away until it is wanted. */
export function folded(title: string, isOpen: boolean, ...children: Node[]): HTMLDetailsElement {
  return make(
    "details", { class: "more rec-more", open: isOpen }, make("summary", {}, title), make("div", { class: "rec-inside" }, ...children),
  );
}

export function notice(tone: "info" | "good" | "warn" | "error", ...children: (Node | string)[]): HTMLElement {
  const role = tone === "error" ? "alert" : "status";
  return make("div", { class: `notice notice-${tone}`, role }, ...children);
}

export function sentence(text: string): HTMLParagraphElement {
  return make("p", {}, text);
}
