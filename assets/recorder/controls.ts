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

/** What a number may be, and how it is told. */
export interface NumberOptions {
  readonly hint?: string;
  /** One less than this is: nobody said. */
  readonly least?: number;
  readonly most?: number;
  /** So many at once, too. */
  readonly leap?: number;
}

/** A number that may not have been told: `null` is silence, and no nought. */
export function number(
  legend: string, words: Words, current: () => number | null, put: (value: number | null) => void,
  { hint = "", least = 0, most = 500, leap = 0 }: NumberOptions = {},
): Part {
  const name = newName("number");
  const shown = make("output", { class: "rec-number num", id: name });
  const less = make("button", { type: "button", class: "rec-step", "aria-label": say(words, "one_less", { name: legend }) }, "−");
  const more = make("button", { type: "button", class: "rec-step", "aria-label": say(words, "one_more", { name: legend }) }, "+");
  const up = (by: number): void => put(Math.min((current() ?? 0) + by, most));
  less.addEventListener("click", () => {
    const value = current();
    put(value === null || value <= least ? null : value - 1);
  });
  more.addEventListener("click", () => up(1));
  const steps = make("div", { class: "rec-steps" }, less, shown, more);
  if (leap) {
    const label = say(words, "more_at_once", { count: leap, name: legend });
    const leaping = make("button", { type: "button", class: "rec-step", "aria-label": label }, `+${leap}`);
    leaping.addEventListener("click", () => up(leap));
    steps.append(leaping);
  }
  const element = group(legend, "rec-counting", steps);
  if (hint) {
    const about = newName("hint");
    element.append(make("p", { class: "hint", id: about }, hint));
    element.setAttribute("aria-describedby", about);
  }
  return {
    element,
    refresh: () => {
      const value = current();
      shown.textContent = value === null ? say(words, "not_recorded") : String(value);
      shown.classList.toggle("nothing", value === null);
    },
  };
}

/** What is told of something further: behind a button as large as the others, and open where there is something in it. */
export function second(text: string, has: () => boolean, ...parts: readonly Part[]): Part {
  const inside = make("div", { class: "rec-second", id: newName("second"), hidden: true }, ...parts.map((one) => one.element));
  const press = make("button", { type: "button", class: "rec-tap rec-opens", "aria-controls": inside.id }, text);
  let isOpen = has();
  const draw = (): void => {
    inside.hidden = !isOpen;
    press.setAttribute("aria-expanded", String(isOpen));
  };
  press.addEventListener("click", () => {
    isOpen = !isOpen;
    draw();
  });
  return {
    element: make("div", { class: "rec-further" }, press, inside),
    refresh: () => {
      draw();
      for (const part of parts) part.refresh();
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
