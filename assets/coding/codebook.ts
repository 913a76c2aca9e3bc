import { find, make, plain, say, type Words } from "./dom";
import { Arrangement, branches, DIGITS, digitsOf, parentOf, type Shelf, unfolded } from "./tree";
import type { CodeRow } from "./wire";

export interface Code {
  readonly id: string;
  readonly name: string;
  readonly depth: number;
  readonly hue: number;
  readonly definition: string;
  readonly isInUse: boolean;
}

export interface CodebookEvents {
  /** Put them on the passage, and the keyboard on the text; where there is no passage both stay. */
  apply(codes: readonly string[]): void;
  /** A code that is not there yet, by name, to be put on the passage. */
  create(name: string): void;
  leave(): void;
}

const NEW = "new";
const AFTERWARDS = 100; // milliseconds: a few frames, and an answer from a server nearby

export function codeOf(row: CodeRow): Code {
  const [id, name, depth, hue, definition, isInUse] = row;
  return { id, name, depth, hue, definition, isInUse };
}

/** Where what an analyst arranged is remembered, and under which name. */
export interface Remembered {
  readonly shelf: Shelf | null;
  readonly key: string;
}

/**
 * The codebook beside the text, a tree: type to find a code, Enter puts it on the passage; or its digit, or drop the
 * passage on it. What is looked for is shown whatever is folded.
 */
export class Codebook {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly several: HTMLElement;
  private codes: readonly Code[] = [];
  private byId: ReadonlyMap<string, Code> = new Map();
  private counts: ReadonlyMap<string, number> | null = null;
  private active: string | null = null;
  private set = new Set<string>();
  private hasPassage = false;
  private readonly arranged: Arrangement;
  private parents: ReadonlySet<string> = new Set();
  private digits: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly root: HTMLElement,
    private readonly words: Words,
    private readonly mayAdd: boolean,
    private readonly mayCode: boolean,
    private readonly events: CodebookEvents,
    remembered: Remembered,
  ) {
    this.arranged = new Arrangement(remembered.shelf, remembered.key);
    this.input = find<HTMLInputElement>(root, "find");
    this.list = find(root, "list");
    this.several = find(root, "several");
    this.input.addEventListener("input", () => this.render(true));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.click(event));
    this.several.addEventListener("click", () => this.apply());
    if (mayCode) this.takeDrops();
    find(root, "fold-all").addEventListener("click", () => this.foldAll());
    root.querySelector("[data-digits]")?.addEventListener("toggle", () => this.offerDigits());
  }

  take(rows: readonly CodeRow[]): void {
    this.codes = rows.map(codeOf);
    this.byId = new Map(this.codes.map((code) => [code.id, code]));
    this.parents = branches(this.codes);
    this.digits = digitsOf(this.codes, this.arranged.chosen);
    this.render();
    this.offerDigits();
  }

  get(id: string): Code | undefined {
    return this.byId.get(id);
  }

  get all(): readonly Code[] {
    return this.codes.filter((code) => code.isInUse);
  }

  count(counts: ReadonlyMap<string, number>): void {
    this.counts = counts;
    for (const item of this.list.querySelectorAll<HTMLElement>("[data-code]")) {
      const shown = item.querySelector("[data-count]");
      const count = String(counts.get(item.dataset.code ?? "") ?? 0);
      if (shown && shown.textContent !== count) shown.textContent = count;
    }
  }

  /** Whether a passage is chosen that a click could put a code on. */
  passage(isThere: boolean): void {
    this.hasPassage = isThere;
  }

  focus(first = ""): void {
    this.input.focus();
    if (first) {
      this.input.value = first;
      this.render(true);
    } else this.input.select();
  }

  /** The code that a digit stands for. */
  byDigit(digit: string): Code | undefined {
    return this.get(this.digits.get(digit) ?? "");
  }

  private matching(): Code[] {
    const wanted = plain(this.input.value.trim());
    if (!wanted) return unfolded(this.codes, this.arranged.folded);
    return this.all.filter((code) => plain(code.name).includes(wanted));
  }

  private render(isTyped = false): void {
    const wanted = plain(this.input.value.trim());
    const found = this.matching();
    const digits = new Map([...this.digits].map(([digit, id]) => [id, digit]));
    const items: HTMLElement[] = found.map((code) => this.item(code, digits.get(code.id), !wanted));
    const fold = find(this.root, "fold-all");
    fold.hidden = !this.parents.size;
    fold.textContent = say(this.words, this.arranged.folded.size ? "unfold_all" : "fold_all");
    const isThere = this.all.some((code) => plain(code.name) === wanted);
    if (wanted && !isThere && this.mayAdd) items.push(this.newItem());
    this.list.replaceChildren(...items);
    this.list.hidden = !items.length;
    if (isTyped) {
      const best = found.find((code) => plain(code.name).startsWith(wanted)) ?? found[0];
      this.active = best?.id ?? (items.length ? NEW : null);
    }
    this.mark();
  }

  private item(code: Code, digit: string | undefined, isTree: boolean): HTMLElement {
    const isFolded = this.arranged.folded.has(code.id);
    const isBranch = isTree && this.parents.has(code.id);
    const item = make("li", {
      role: "treeitem",
      id: `ws-code-${code.id}`,
      class: `depth-${Math.min(code.depth, 6)}`,
      "data-code": code.id,
      title: code.definition,
      "aria-level": String(code.depth + 1),
      ...(isBranch ? { "aria-expanded": String(!isFolded) } : {}),
      ...(digit && this.mayCode ? { "aria-keyshortcuts": digit } : {}),
    });
    // for the mouse; by keyboard the arrows do it
    if (isBranch) item.append(make("span", { class: "code-fold", "data-fold": true, "aria-hidden": "true" }, isFolded ? "▸" : "▾"));
    item.append(make("span", { class: `code-name hue-${code.hue}` }, code.name));
    if (this.counts) {
      item.append(make("span", { class: "num muted small", "data-count": true }, String(this.counts.get(code.id) ?? 0)));
    }
    if (digit && this.mayCode) item.append(make("kbd", { "aria-hidden": "true" }, digit));
    return item;
  }

  private newItem(): HTMLElement {
    const label = say(this.words, "new_code", { name: this.input.value.trim() });
    return make("li", { role: "treeitem", "aria-level": "1", id: "ws-code-new", "data-code": NEW }, label);
  }

  private mark(): void {
    let shown: HTMLElement | null = null;
    for (const item of this.list.querySelectorAll<HTMLElement>("[data-code]")) {
      const isActive = item.dataset.code === this.active;
      if (isActive) shown = item;
      item.classList.toggle("is-active", isActive);
      item.setAttribute("aria-selected", String(this.set.has(item.dataset.code ?? "")));
    }
    this.input.setAttribute("aria-activedescendant", shown?.id ?? "");
    // with the next frame: now the page would have to be laid out for it, and once more for all that follows
    requestAnimationFrame(() => {
      if (document.activeElement === this.input) shown?.scrollIntoView({ block: "nearest" });
    });
    this.several.hidden = this.set.size === 0;
    const names = [...this.set].map((id) => this.get(id)?.name ?? "");
    this.several.textContent = say(this.words, "apply_several", { codes: names.join(", ") });
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") this.step(1);
    else if (event.key === "ArrowUp") this.step(-1);
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) this.toggle(this.active);
    else if (event.key === "Enter") this.apply();
    else if (event.key === "Escape") this.leave();
    // where something is written the arrows are the caret's
    else if (event.key === "ArrowRight" && !this.input.value) this.inward();
    else if (event.key === "ArrowLeft" && !this.input.value) this.outward();
    else return;
    event.preventDefault();
  }

  private isFolded(id: string): boolean {
    return this.parents.has(id) && this.arranged.folded.has(id);
  }

  /** Unfold, or go on to the first code under it. */
  private inward(): void {
    if (!this.active) this.step(1);
    else if (this.isFolded(this.active)) this.fold(this.active, false);
    else if (this.parents.has(this.active)) this.step(1);
  }

  /** Fold, or go up to the code that it lies under. */
  private outward(): void {
    if (!this.active) return;
    if (this.parents.has(this.active) && !this.isFolded(this.active)) this.fold(this.active, true);
    else this.active = parentOf(this.codes, this.active)?.id ?? this.active;
    this.mark();
  }

  private fold(id: string, isFolded: boolean): void {
    this.arranged.fold(id, isFolded);
    this.render();
  }

  private foldAll(): void {
    const isFolded = !this.arranged.folded.size;
    for (const id of isFolded ? this.parents : [...this.arranged.folded]) this.arranged.fold(id, isFolded);
    this.active = null;
    this.render();
  }

  /** A list of codes for each digit, made when somebody looks. */
  private offerDigits(): void {
    const place = this.root.querySelector<HTMLDetailsElement>("[data-digits]");
    const list = place?.querySelector<HTMLElement>("[data-digit-list]");
    if (!place?.open || !list) return;
    const rows = DIGITS.map((digit) => {
      const id = `ws-digit-${digit}`;
      const first = this.arranged.chosen[digit] ? undefined : this.byDigit(digit)?.name;
      const select = make("select", { id, class: "input" }, make("option", { value: "" }, first ?? say(this.words, "first_codes")));
      select.append(...this.all.map((one) => make("option", { value: one.id }, "\u00a0\u00a0".repeat(one.depth) + one.name)));
      select.value = this.arranged.chosen[digit] ?? "";
      select.addEventListener("change", () => {
        this.arranged.choose(digit, select.value);
        this.digits = digitsOf(this.codes, this.arranged.chosen);
        this.render();
        this.offerDigits();
        document.getElementById(id)?.focus();
      });
      return make("div", { class: "ws-digit" }, make("label", { for: id }, make("kbd", {}, digit)), select);
    });
    list.replaceChildren(...rows);
  }

  private step(by: number): void {
    const items = [...this.list.querySelectorAll<HTMLElement>("[data-code]")];
    const at = items.findIndex((item) => item.dataset.code === this.active);
    const next = items[Math.min(Math.max(at + by, 0), items.length - 1)];
    this.active = next?.dataset.code ?? null;
    this.mark();
  }

  private toggle(id: string | null): void {
    if (!id || id === NEW) return;
    if (!this.set.delete(id)) this.set.add(id);
    this.input.value = "";
    this.render();
  }

  private apply(): void {
    if (!this.mayCode) return;
    const name = this.input.value.trim();
    if (this.set.size) {
      // what is typed beside a set belongs to it; an empty field adds nothing
      const codes = new Set(this.set);
      if (name && this.active && this.active !== NEW) codes.add(this.active);
      this.finish(() => this.events.apply([...codes]));
    } else if (this.active === NEW && name) {
      this.finish(() => this.events.create(name));
    } else if (this.active && this.active !== NEW) {
      const code = this.active;
      this.finish(() => this.events.apply([code]));
    }
  }

  private finish(act: () => void): void {
    act();
    this.set.clear();
    this.input.value = "";
    // the text first: it shows its coding, and hears that it is kept, before all codes stand here again
    setTimeout(() => this.render(), AFTERWARDS);
  }

  private leave(): void {
    this.clear();
    this.events.leave();
  }

  private clear(): void {
    this.set.clear();
    this.input.value = "";
    this.render();
  }

  private click(event: MouseEvent): void {
    const item = (event.target as HTMLElement).closest<HTMLElement>("[data-code]");
    const id = item?.dataset.code ?? null;
    if (id && (event.target as HTMLElement).closest("[data-fold]")) {
      this.fold(id, !this.isFolded(id));
      return;
    }
    if (!id || !this.mayCode) return;
    this.active = id;
    if (event.ctrlKey || event.metaKey || event.shiftKey) this.toggle(id);
    else if (this.hasPassage) this.apply();
    else this.mark();
  }

  private takeDrops(): void {
    // Firefox drags over the words of an element, not over the element
    const over = ({ target }: DragEvent): HTMLElement | null =>
      (target instanceof Text ? target.parentElement : (target as HTMLElement | null))?.closest<HTMLElement>("[data-code]") ?? null;
    this.list.addEventListener("dragover", (event) => {
      const item = over(event);
      for (const other of this.list.querySelectorAll(".is-over")) other.classList.remove("is-over");
      if (!item || !this.hasPassage) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
      item.classList.add("is-over");
    });
    this.list.addEventListener("dragleave", (event) => over(event)?.classList.remove("is-over"));
    this.list.addEventListener("drop", (event) => {
      const item = over(event);
      event.preventDefault();
      item?.classList.remove("is-over");
      const code = item?.dataset.code;
      if (code && code !== NEW) this.events.apply([code]);
    });
  }
}
