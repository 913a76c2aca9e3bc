/**
 * The names of a review as its form holds them: what is sent is what the fields say, with or without the text in sight.
 * Places in code points, as the server counts.
 */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** One name: everywhere it stands, what stands for it, and where it is taken out. */
export class Name {
  readonly places: readonly Place[];
  private readonly boxes: readonly HTMLInputElement[];

  constructor(private readonly box: HTMLElement) {
    this.boxes = [...box.querySelectorAll<HTMLInputElement>("[name$='-at']")];
    this.places = this.boxes.map((one) => {
      const [start = 0, end = 0] = one.value.split("-").map(Number);
      return { start, end };
    });
  }

  get term(): string {
    return this.box.querySelector("[data-term]")?.textContent ?? "";
  }

  get why(): string {
    return this.box.querySelector("[data-why]")?.textContent ?? "";
  }

  get label(): string {
    return this.labelField?.value.trim() ?? "";
  }

  set label(given: string) {
    if (this.labelField) this.labelField.value = given;
  }

  get kind(): string {
    return this.kindField?.value ?? "";
  }

  set kind(given: string) {
    if (this.kindField) this.kindField.value = given;
  }

  /** As the page calls it, in the reader's language. */
  get kindName(): string {
    return this.kindField?.selectedOptions[0]?.textContent ?? "";
  }

  get isReplaced(): boolean {
    return this.choice("replace")?.checked ?? false;
  }

  get taken(): number {
    return this.isReplaced ? this.boxes.filter((one) => one.checked).length : 0;
  }

  isTaken(place: number): boolean {
    return this.isReplaced && (this.boxes[place]?.checked ?? false);
  }

  /** Take it out in one place, or leave it there. The first place of a name that was left alone is the only one. */
  take(place: number, isTaken: boolean): void {
    if (isTaken && !this.isReplaced) for (const one of this.boxes) one.checked = false;
    const box = this.boxes[place];
    if (box) box.checked = isTaken;
    this.choose(this.boxes.some((one) => one.checked));
  }

  takeAll(isTaken: boolean): void {
    for (const one of this.boxes) one.checked = true;
    this.choose(isTaken);
  }

  private choose(isReplaced: boolean): void {
    const radio = this.choice(isReplaced ? "replace" : "leave");
    if (radio) radio.checked = true;
  }

  private choice(value: string): HTMLInputElement | null {
    return this.box.querySelector<HTMLInputElement>(`[name$='-do'][value='${value}']`);
  }

  private get labelField(): HTMLInputElement | null {
    return this.box.querySelector<HTMLInputElement>("[name$='-label']");
  }

  private get kindField(): HTMLSelectElement | null {
    return this.box.querySelector<HTMLSelectElement>("[name$='-kind']");
  }
}

/** What the server found for words that were marked. */
export interface Found {
  readonly term: string;
  readonly kind: string;
  readonly label: string;
  /** start, end, what stands before, the words, what stands after. */
  readonly places: readonly (readonly [number, number, string, string, string])[];
}

/** The fields of a name that a reader added, from the page's own pattern of such a group. */
export function fieldsOf(blank: HTMLTemplateElement, field: string, marked: string, found: Found): HTMLElement {
  const box = (blank.content.firstElementChild as HTMLElement).cloneNode(true) as HTMLElement;
  box.dataset.group = field;
  const list = box.querySelector("ul");
  const pattern = list?.firstElementChild;
  for (const [start, end, before, words, after] of found.places) {
    const row = pattern?.cloneNode(true) as HTMLElement;
    const said = row.querySelector(".said");
    const mark = document.createElement("mark");
    mark.textContent = words;
    said?.replaceChildren(before, mark, after);
    const check = row.querySelector("input");
    if (check) check.value = `${start}-${end}`;
    list?.append(row);
  }
  pattern?.remove();
  for (const one of box.querySelectorAll<HTMLInputElement>("[name]")) one.name = `${field}${one.name}`;
  for (const one of box.querySelectorAll("[aria-label]")) {
    one.setAttribute("aria-label", (one.getAttribute("aria-label") ?? "").replace("%(term)s", found.term));
  }
  const name = new Name(box);
  const term = box.querySelector("[data-term]");
  if (term) term.textContent = found.term;
  const hidden = box.querySelector<HTMLInputElement>("[name$='-found']");
  if (hidden) hidden.value = marked;
  name.label = found.label;
  name.kind = found.kind;
  name.takeAll(true);
  return box;
}
