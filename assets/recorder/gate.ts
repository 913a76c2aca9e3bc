import { make, say, type Words } from "../coding/dom";
import { MOST_WRONG, SHORTEST_PIN } from "../offline/vault";
import type { Named } from "../offline/wire";
import { button, choose, newName } from "./controls";

/** What stands before the recorder: a first PIN, the PIN, or a sentence. */
export interface Gate {
  readonly element: HTMLElement;
  focus(): void;
}

function pinField(label: string, hint: string): { field: HTMLElement; input: HTMLInputElement } {
  const about = make("p", { class: "hint", id: newName("hint") }, hint);
  const input = make("input", {
    type: "password", inputmode: "numeric", autocomplete: "off", class: "rec-pin mono", id: newName("pin"), maxlength: "32",
    "aria-describedby": about.id,
  });
  const children = [make("label", { class: "label", for: input.id }, label), ...(hint ? [about] : []), input];
  if (!hint) input.removeAttribute("aria-describedby");
  return { field: make("div", { class: "field" }, ...children), input };
}

function card(title: string, ...children: (Node | string)[]): HTMLElement {
  return make("section", { class: "panel rec-gate" }, make("h2", { tabindex: "-1" }, title), ...children);
}

function asForm(words: Words, children: Node[], press: HTMLButtonElement, submit: () => Promise<string | null>): HTMLFormElement {
  const problem = make("p", { class: "rec-problem", role: "alert", hidden: true });
  const form = make("form", { class: "form form-big", autocomplete: "off", novalidate: true }, ...children, problem, make("div", { class: "actions" }, press));
  let isBusy = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    press.setAttribute("aria-busy", "true");
    problem.hidden = true;
    void submit()
      .catch((error: unknown) => {
        // a press that nothing follows leaves people with nothing to go by
        reportError(error);
        return say(words, "not_done");
      })
      .then((text) => {
        problem.textContent = text;
        problem.hidden = text === null;
      })
      .finally(() => {
        isBusy = false;
        press.removeAttribute("aria-busy");
      });
  });
  return form;
}

/** Resolves to a sentence where it did not work out. */
export function choosing(
  words: Words, sites: readonly Named[], chosen: (pin: string, siteId: string) => Promise<string | null>,
): Gate {
  const first = pinField(say(words, "pin_new"), say(words, "pin_hint", { count: SHORTEST_PIN }));
  const again = pinField(say(words, "pin_again"), "");
  let site = sites[0]?.id ?? "";
  const where = choose(say(words, "pin_site"), sites.map(({ id, name }) => ({ code: id, label: name })), () => site, (code) => {
    site = code ?? site;
    where.refresh();
  });
  where.refresh();
  const press = make("button", { type: "submit", class: "button button-primary button-big" }, say(words, "pin_choose"));
  const form = asForm(words, [first.field, again.field, ...(sites.length > 1 ? [where.element] : [])], press, async () => {
    const pin = first.input.value;
    if (!new RegExp(`^[0-9]{${SHORTEST_PIN},}$`).test(pin)) return say(words, "pin_short", { count: SHORTEST_PIN });
    if (/^(\d)\1+$/.test(pin) || "01234567890".includes(pin) || "9876543210".includes(pin)) return say(words, "pin_easy");
    if (pin !== again.input.value) return say(words, "pin_differs");
    return chosen(pin, site);
  });
  const element = card(say(words, "pin_title"), make("p", {}, say(words, "pin_why", { count: MOST_WRONG })), form);
  return { element, focus: () => first.input.focus() };
}

export interface LockedOptions {
  readonly words: Words;
  /** How many vaults lie on this device, and which of them this is. */
  readonly vaults: number;
  readonly place: number;
  unlock(pin: string): Promise<string | null>;
  other(): void;
  forgotten(): void;
}

export function locked({ words, vaults, place, unlock, other, forgotten }: LockedOptions): Gate {
  const pin = pinField(say(words, "pin"), "");
  const press = make("button", { type: "submit", class: "button button-primary button-big" }, say(words, "unlock"));
  const form = asForm(words, [pin.field], press, async () => {
    const given = pin.input.value;
    pin.input.value = "";
    const text = given ? await unlock(given) : say(words, "pin_short", { count: SHORTEST_PIN });
    if (text !== null) pin.input.focus();
    return text;
  });
  const more = [button(say(words, "pin_forgotten"), forgotten, "button-quiet")];
  if (vaults > 1) more.unshift(button(say(words, "somebody_else"), other, "button-quiet"));
  const whose = vaults > 1 ? [make("p", { class: "muted" }, say(words, "vault_of", { place, count: vaults }))] : [];
  const element = card(say(words, "locked"), ...whose, form, make("div", { class: "actions" }, ...more));
  return { element, focus: () => pin.input.focus() };
}

/** A sentence, and what can be done about it. */
export function telling(title: string, text: string, ...actions: HTMLElement[]): Gate {
  const element = card(title, make("p", {}, text), ...(actions.length ? [make("div", { class: "actions" }, ...actions)] : []));
  return { element, focus: () => element.querySelector<HTMLElement>("h2")?.focus() };
}
