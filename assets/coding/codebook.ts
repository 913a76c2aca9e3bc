import { find, make, plain, say, type Words } from "./dom";
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
  /** Whether it was done. */
  apply(codes: readonly string[]): boolean;
  /** A code that is not there yet, by name, to be put on the passage. */
  create(name: string): void;
  leave(): void;
}

const NEW = "new";

export function codeOf(row: CodeRow): Code {
  const [id, name, depth, hue, definition, isInUse] = row;
  return { id, name, depth, hue, definition, isInUse };
}

/** The codebook beside the text: type to find a code, Enter puts it on the passage; or drop the passage on it. */
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

  constructor(
    root: HTMLElement,
    private readonly words: Words,
    private readonly mayAdd: boolean,
    private readonly mayCode: boolean,
    private readonly events: CodebookEvents,
  ) {
    this.input = find<HTMLInputElement>(root, "find");
    this.list = find(root, "list");
    this.several = find(root, "several");
    this.input.addEventListener("input", () => this.render(true));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.click(event));
    this.several.addEventListener("click", () => this.apply());
    if (mayCode) this.takeDrops();
  }

  take(rows: readonly CodeRow[]): void {
    this.codes = rows.map(codeOf);
    this.byId = new Map(this.codes.map((code) => [code.id, code]));
    this.render();
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

  private matching(): Code[] {
    const wanted = plain(this.input.value.trim());
    return this.all.filter((code) => !wanted || plain(code.name).includes(wanted));
  }

  private render(isTyped = false): void {
    const wanted = plain(this.input.value.trim());
    const found = this.matching();
    const items: HTMLElement[] = found.map((code) => this.item(code));
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

  private item(code: Code): HTMLElement {
    const name = make("span", { class: `code-name hue-${code.hue}` }, code.name);
    const item = make(
      "li",
      { role: "option", id: `ws-code-${code.id}`, class: `depth-${Math.min(code.depth, 6)}`, "data-code": code.id, title: code.definition },
      name,
    );
    if (this.counts) {
      item.append(make("span", { class: "num muted small", "data-count": true }, String(this.counts.get(code.id) ?? 0)));
    }
    return item;
  }

  private newItem(): HTMLElement {
    const label = say(this.words, "new_code", { name: this.input.value.trim() });
    return make("li", { role: "option", id: "ws-code-new", "data-code": NEW }, label);
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
    else return;
    event.preventDefault();
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
      this.finish(() => {
        this.events.create(name);
        return false;
      });
    } else if (this.active && this.active !== NEW) {
      const code = this.active;
      this.finish(() => this.events.apply([code]));
    }
  }

  private finish(act: () => boolean): void {
    // all that changes the page before anything asks where it lies: it is laid out once
    this.clear();
    if (act()) this.events.leave();
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
    if (!id || !this.mayCode) return;
    this.active = id;
    if (event.ctrlKey || event.metaKey || event.shiftKey) this.toggle(id);
    else if (this.hasPassage) this.apply();
    else this.mark();
  }

  private takeDrops(): void {
    const over = (event: DragEvent): HTMLElement | null =>
      (event.target as HTMLElement).closest<HTMLElement>("[data-code]");
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
      if (code && code !== NEW && this.events.apply([code])) this.events.leave();
    });
  }
}
