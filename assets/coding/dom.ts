/** Elements of the page, made without a word of HTML: what people wrote is text and nothing else. */
type Attributes = Readonly<Record<string, string | boolean>>;

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function find<Found extends HTMLElement = HTMLElement>(root: ParentNode, name: string): Found {
  const found = root.querySelector<Found>(`[data-${name}]`);
  if (!found) throw new Error(`the page has no [data-${name}]`);
  return found;
}

/**
 * A button that is pressed has the keyboard from then on. WebKit alone gives it none and takes it from whatever had it, so that
 * no key reaches the page's parts any more.
 */
export function focusPressed(root: HTMLElement): void {
  const press = ({ target }: Event): void => {
    if (target instanceof Element) target.closest("button")?.focus({ preventScroll: true });
  };
  // before whoever acts on it: that may send the keyboard elsewhere
  root.addEventListener("click", press, { capture: true });
}

/** JSON that the page holds: words and settings, never a text of a source. */
export function held<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}") as T;
}

/** What is said of a count: its forms in the reader's language, and which one each count from 0 to 199 takes. */
export type Counted = Readonly<{ forms: readonly string[]; by: string }>;
export type Words = Readonly<Record<string, string | Counted>>;

/** A sentence with its %(name)s filled in, in the form that `count` takes; numbers as the reader's language writes them. */
export function say(words: Words, name: string, values: Readonly<Record<string, string | number>> = {}): string {
  const word = words[name] ?? name;
  const sentence = typeof word === "string" ? word : formOf(word, Number(values.count));
  return sentence.replace(/%\((\w+)\)s/g, (_all, key: string) => shown(values[key] ?? ""));
}

/** Languages tell counts from 200 on apart by their last two digits alone. */
function formOf({ forms, by }: Counted, count: number): string {
  return forms[Number(by[count < 200 ? count : 100 + (count % 100)])] ?? "";
}

function shown(value: string | number): string {
  return typeof value === "number" ? value.toLocaleString(document.documentElement.lang || undefined) : value;
}

/** Without case and accents, to find by. */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
