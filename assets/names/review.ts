import type { KeyBinding } from "@codemirror/view";
import { find, held, make, say, type Words } from "../coding/dom";
import { shortened } from "../coding/editing";
import type { Span, Turn } from "../coding/passages";
import { Places } from "../coding/places";
import { Walk } from "../coding/walk";
import { post, Refused, type SourceText } from "../coding/wire";
import { type Marked, markedAt, markedIn, markedNext } from "./marked";
import { type Found, Name, type Told } from "./names";
import { Surface } from "./surface";

const MOST_SAID = 600;

/** The review of a text in the text itself. What is decided goes with the form, in one piece. */
export class Review {
  private readonly places: Places;
  private readonly walk: Walk;
  private readonly surface: Surface;
  private readonly names: Name[];
  private marked: readonly Marked[] = [];
  private current: Marked | null = null;
  private added = 0;
  private saying: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly words: Words,
    source: SourceText,
  ) {
    this.places = new Places(source.text);
    this.walk = new Walk(source.text, turnsOf(source, this.places), form.dataset.language ?? "");
    this.surface = new Surface(find(form, "surface"), {
      text: source.text,
      turns: this.walk.turns,
      language: form.dataset.language ?? "",
      label: say(words, "text"),
      keys: this.keys(),
      onSelect: () => this.selected(),
    });
    const told = held<readonly Told[]>("nm-names");
    this.names = told.map((one) => new Name(one));
    this.added = told.filter((one) => one.marked).length;
    this.listen();
    this.redraw();
  }

  private keys(): KeyBinding[] {
    const key = (name: string, act: () => void): KeyBinding => ({
      key: name,
      run: () => {
        act();
        return true;
      },
    });
    return [
      key("n", () => this.go(1)),
      key("p", () => this.go(-1)),
      key("Enter", () => (this.current ? this.toggle() : void this.add())),
      key("Shift-Enter", () => this.toggleAll()),
      key("a", () => void this.add()),
      key("l", () => this.into("label")),
      key("k", () => this.into("kind")),
      key("Alt-ArrowDown", () => this.step("turn", 1)),
      key("Alt-ArrowUp", () => this.step("turn", -1)),
      key("Alt-ArrowRight", () => this.step("sentence", 1)),
      key("Alt-ArrowLeft", () => this.step("sentence", -1)),
    ];
  }

  private listen(): void {
    const acts: Record<string, () => void> = {
      next: () => this.go(1),
      before: () => this.go(-1),
      add: () => void this.add(),
      here: () => this.toggle(),
      all: () => this.toggleAll(),
    };
    const label = find<HTMLInputElement>(this.form, "label");
    const kind = find<HTMLSelectElement>(this.form, "kind");
    this.form.addEventListener("click", (event) => {
      const button = (event.target as HTMLElement).closest<HTMLButtonElement>("[data-do]");
      if (button) acts[button.dataset.do ?? ""]?.();
    });
    this.form.addEventListener("submit", () => {
      const answers = this.names.map((one) => one.answer());
      find<HTMLInputElement>(this.form, "answered").value = JSON.stringify(answers);
    });
    // all labels there are: made when they are asked for, not with every decision
    label.addEventListener("focus", () => {
      const labels = [...new Set(this.names.map((one) => one.label))].sort();
      find(this.form, "labels").replaceChildren(...labels.map((value) => make("option", { value })));
    });
    label.addEventListener("change", () => this.relabel(label.value));
    kind.addEventListener("change", () => void this.changeKind(kind.value));
    for (const field of [label, kind] as HTMLElement[]) {
      field.addEventListener("keydown", (event) => {
        // Enter would send the whole form
        if (event.key !== "Escape" && event.key !== "Enter") return;
        event.preventDefault();
        if (field === label) {
          if (event.key === "Enter") this.relabel(label.value);
          else label.value = this.current?.name.label ?? "";
        }
        this.surface.focus();
      });
    }
  }

  // what is shown

  private redraw(): void {
    this.marked = markedIn(this.names, this.places);
    this.current = markedAt(this.marked, this.surface.selection);
    this.surface.draw(this.marked, this.current);
    const kinds = new Set(this.names.map((one) => one.kind));
    for (const one of this.form.querySelectorAll<HTMLElement>("[data-kind-shown]")) {
      one.hidden = !kinds.has(one.dataset.kindShown ?? "");
    }
    const replaced = this.names.reduce((sum, one) => sum + one.taken, 0);
    const places = this.names.reduce((sum, one) => sum + one.places.length, 0);
    find(this.form, "count").textContent = say(this.words, "count", { replaced, count: places });
    this.showPanel();
  }

  private selected(): void {
    const before = this.current;
    this.current = markedAt(this.marked, this.surface.selection);
    // a transaction of its own: the editor is in the middle of one
    if (before !== this.current) queueMicrotask(() => this.surface.draw(this.marked, this.current));
    this.showPanel();
    clearTimeout(this.saying);
    if (this.current) this.saying = setTimeout(() => this.tell(this.described()), 250);
  }

  private showPanel(): void {
    const { current } = this;
    const said = find(this.form, "term");
    find(this.form, "chosen").hidden = !current;
    find(this.form, "why").textContent = current ? `${this.kindName(current.name)} · ${current.name.why}` : "";
    if (!current) {
      const { from, to } = this.surface.selection;
      const words = shortened(this.places.text.slice(from, to), 120);
      said.textContent = from === to ? say(this.words, "nothing") : say(this.words, "unmarked", { words });
      return;
    }
    const { name } = current;
    said.textContent = name.term;
    const button = (act: string): HTMLElement => this.form.querySelector<HTMLElement>(`[data-do='${act}']`) ?? said;
    button("here").textContent = say(this.words, current.isTaken ? "leave_here" : "replace_here");
    button("all").textContent = say(this.words, this.isEverywhere(name) ? "leave_all" : "replace_all");
    find<HTMLInputElement>(this.form, "label").value = name.label;
    find<HTMLSelectElement>(this.form, "kind").value = name.kind;
    const others = this.alike(name);
    find(this.form, "also-row").hidden = !others.length;
    const terms = others.map((one) => one.term).join(", ");
    find(this.form, "also-words").textContent = say(this.words, "also", { terms });
  }

  private described(): string {
    const { current } = this;
    if (!current) return say(this.words, "nothing");
    const { name } = current;
    return say(this.words, current.isTaken ? "replaced" : "left", {
      term: name.term,
      kind: this.kindName(name),
      label: name.label,
      place: current.place + 1,
      places: name.places.length,
      name: this.names.indexOf(name) + 1,
      names: this.names.length,
    });
  }

  /** For who listens: said once, politely. */
  private tell(sentence: string): void {
    clearTimeout(this.saying);
    find(this.form, "live").textContent = sentence;
  }

  private complain(sentence: string): void {
    const problem = find(this.form, "problem");
    problem.textContent = sentence;
    problem.hidden = !sentence;
  }

  // going about

  private go(direction: 1 | -1): void {
    const next = markedNext(this.marked, this.surface.selection, direction);
    if (next) this.reach(next);
    else this.tell(say(this.words, "none_further"));
  }

  private reach(span: Span): void {
    this.surface.select(span);
    this.surface.focus();
    if (this.current) this.tell(this.described());
  }

  private step(by: "turn" | "sentence", direction: 1 | -1): void {
    const { selection } = this.surface;
    const next = by === "turn" ? this.walk.turn(selection, direction) : this.walk.sentence(selection, direction);
    if (!next) {
      this.tell(say(this.words, "none_further"));
      return;
    }
    this.surface.select(next);
    this.surface.focus();
    const turn = this.walk.turnAt(next.from);
    const place = turn ? [turn.number, turn.speaker].filter(Boolean).join(" · ") : "";
    this.tell(`${place}: ${shortened(this.places.text.slice(next.from, next.to), MOST_SAID)}`);
  }

  private into(field: "label" | "kind"): void {
    if (this.current) find(this.form, field).focus();
    else this.tell(say(this.words, "nothing"));
  }

  // deciding

  private toggle(): void {
    if (!this.current) return;
    this.current.name.take(this.current.place, !this.current.isTaken);
    this.redraw();
    this.tell(this.described());
  }

  private toggleAll(): void {
    if (!this.current) return;
    const { name } = this.current;
    name.takeAll(!this.isEverywhere(name));
    this.redraw();
    const values = { term: name.term, label: name.label, places: name.places.length };
    this.tell(say(this.words, this.isEverywhere(name) ? "all_replaced" : "all_left", values));
  }

  /** As the page calls it, in the reader's language. */
  private kindName(name: Name): string {
    const options = [...find<HTMLSelectElement>(this.form, "kind").options];
    return options.find((one) => one.value === name.kind)?.text ?? "";
  }

  private isEverywhere(name: Name): boolean {
    return name.taken === name.places.length;
  }

  /** Other names that the same label stands for. */
  private alike(name: Name): Name[] {
    return this.names.filter((one) => one !== name && one.label === name.label);
  }

  /** The names that a change of label is for: with the one that is chosen those of the same label, where so ticked. */
  private together(): Name[] {
    if (!this.current) return [];
    const { name } = this.current;
    return find<HTMLInputElement>(this.form, "also").checked ? [name, ...this.alike(name)] : [name];
  }

  private relabel(given: string, kind?: string): void {
    const label = given.replace(/[[\]]/g, "").trim();
    const those = this.together();
    if (!label || !those.length || (label === those[0]?.label && !kind)) return;
    for (const one of those) {
      one.label = label;
      if (kind) one.kind = kind;
    }
    this.redraw();
    this.tell(say(this.words, "labelled", { label, terms: those.map((one) => one.term).join(", ") }));
  }

  private async changeKind(kind: string): Promise<void> {
    const place = this.current?.name.places[0];
    const found = place ? await this.found(place.start, place.end, kind) : null;
    if (found) this.relabel(found.label, kind);
    else this.showPanel();
  }

  private async add(): Promise<void> {
    const { from, to } = this.surface.selection;
    if (from === to) {
      this.tell(say(this.words, "select_first"));
      return;
    }
    if (this.current) {
      this.tell(say(this.words, "is_there"));
      return;
    }
    const start = this.places.toPoints(from);
    const end = this.places.toPoints(to);
    const found = await this.found(start, end);
    if (!found) return;
    const places = found.places.map(([left, right]) => [left, right] as const);
    const why = say(this.words, "by_reader");
    const marked = `${start}-${end}`;
    const told = { ...found, field: `a${this.added}`, why, replaced: true, marked, places, chosen: null };
    this.names.push(new Name(told));
    this.added += 1;
    this.redraw();
    this.tell(say(this.words, "added", { term: found.term, label: found.label, places: found.places.length }));
  }

  /** Where words stand and what could stand for them: the server's to say. */
  private async found(start: number, end: number, kind = ""): Promise<Found | null> {
    const token = this.form.querySelector<HTMLInputElement>("[name='csrfmiddlewaretoken']")?.value ?? "";
    const version = this.form.querySelector<HTMLInputElement>("[name='version']")?.value ?? "";
    const taken = this.names.map((one) => one.label).join("\n");
    try {
      const fields = { version, start: String(start), end: String(end), kind, taken };
      const answer = await post<Found>(this.form.dataset.found ?? "", token, fields);
      this.complain("");
      return answer;
    } catch (error) {
      this.complain(error instanceof Refused ? error.message : say(this.words, "needs_connection"));
      return null;
    }
  }
}

function turnsOf(source: SourceText, places: Places): Turn[] {
  return source.turns.map(([number, speaker, start, end, ofTeam]) => ({
    number,
    speaker: source.speakers[speaker] ?? "",
    isTeam: ofTeam === 1,
    from: places.toUnits(start),
    to: places.toUnits(end),
  }));
}
