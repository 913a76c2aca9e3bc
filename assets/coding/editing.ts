import type { Codebook } from "./codebook";
import { say, type Words } from "./dom";
import type { Intent } from "./history";
import type { Edge } from "./panel";
import { type Drawn, type Span, wordEdge } from "./passages";
import type { Places } from "./places";
import type { Surface } from "./surface";
import { newId } from "./wire";
import type { Workspace } from "./workspace";

/** What changing codings needs of the desk that they lie on. */
export interface OnDesk {
  readonly surface: Surface;
  readonly workspace: Workspace;
  readonly book: Codebook;
  readonly places: Places;
  readonly words: Words;
  readonly settings: { readonly may_code: boolean };
  /** `active`: the coding to be chosen with it; undefined: the one that is. `isFocused`: the keyboard comes to the text with it. */
  redraw(active?: string | null, isFocused?: boolean): void;
  showSelection(isSaid?: boolean): void;
  /** For who listens. */
  tell(sentence: string): void;
  active(): Drawn | null;
  here(): Drawn[];
}

/** Putting codes on what is selected, widening, narrowing, moving, taking off, undoing: each says what it did. */
export class Editing {
  constructor(private readonly desk: OnDesk) {}

  /** Nothing where nothing is selected. */
  apply(codes: readonly string[]): void {
    const { from, to } = this.desk.surface.selection;
    if (from === to || !this.desk.settings.may_code) {
      this.desk.tell(say(this.desk.words, "select_first"));
      return;
    }
    const intents = codes.map((code) => this.applying({ from, to }, code));
    const names = codes.map((code) => this.desk.book.get(code)?.name ?? "").join(", ");
    this.desk.workspace.perform(names, intents);
    this.desk.redraw(intents.length === 1 ? (intents[0]?.id ?? null) : null, true);
    this.desk.tell(say(this.desk.words, "applied", { codes: names }));
  }

  private applying(span: Span, code: string): Intent {
    return { do: "apply", id: newId(), code, start: this.desk.places.toPoints(span.from), end: this.desk.places.toPoints(span.to) };
  }

  codeHits(hits: readonly Span[], code: string): void {
    const there = new Set(
      this.desk.surface.codings.filter((one) => one.isOwn && one.code === code).map((one) => `${one.from} ${one.to}`),
    );
    const intents = hits.filter((hit) => !there.has(`${hit.from} ${hit.to}`)).map((hit) => this.applying(hit, code));
    this.desk.workspace.perform(this.desk.book.get(code)?.name ?? "", intents);
    this.desk.tell(say(this.desk.words, "coded_hits", { count: intents.length, code: this.desk.book.get(code)?.name ?? "" }));
  }

  remove(coding: string): void {
    const one = this.get(coding);
    if (!one) return;
    this.desk.workspace.perform(one.name, [{ do: "remove", id: coding }]);
    this.desk.redraw();
    this.desk.tell(say(this.desk.words, "removed", { code: one.name }));
  }

  private get(coding: string): Drawn | undefined {
    return this.desk.surface.codings.find((one) => one.id === coding);
  }

  /** The active coding, or the only one of one's own under the selection. */
  private ownHere(): Drawn | null {
    const active = this.desk.active();
    if (active?.isOwn) return active;
    const own = this.desk.here().filter((one) => one.isOwn);
    if (own.length !== 1) this.desk.tell(say(this.desk.words, own.length ? "choose_coding" : "none_own"));
    return own.length === 1 ? (own[0] ?? null) : null;
  }

  removeHere(): void {
    const one = this.ownHere();
    if (one && this.desk.settings.may_code) this.remove(one.id);
  }

  nudgeHere(edge: Edge, direction: 1 | -1): void {
    const one = this.ownHere();
    if (one && this.desk.settings.may_code) this.nudge(one.id, edge, direction);
  }

  nudge(coding: string, edge: Edge, direction: 1 | -1): void {
    const one = this.get(coding);
    if (!one) return;
    const from = edge === "start" ? wordEdge(this.desk.places.text, one.from, edge, direction) : one.from;
    const to = edge === "end" ? wordEdge(this.desk.places.text, one.to, edge, direction) : one.to;
    if (from < to) this.move(one, { from, to });
  }

  lay(coding: string): void {
    const one = this.get(coding);
    const { from, to } = this.desk.surface.selection;
    if (one && from !== to) this.move(one, { from, to });
    else this.desk.tell(say(this.desk.words, "select_first"));
  }

  private move(one: Drawn, span: Span): void {
    const [start, end] = [this.desk.places.toPoints(span.from), this.desk.places.toPoints(span.to)];
    this.desk.workspace.perform(one.name, [{ do: "move", id: one.id, start, end }]);
    this.desk.redraw(one.id);
    const passage = shortened(this.desk.places.text.slice(span.from, span.to), 200);
    this.desk.tell(say(this.desk.words, "moved", { code: one.name, words: passage }));
  }

  undo(): void {
    const label = this.desk.workspace.undo();
    this.desk.redraw();
    this.desk.tell(label === null ? say(this.desk.words, "nothing_to_undo") : say(this.desk.words, "undone", { code: label }));
  }

  redo(): void {
    const label = this.desk.workspace.redo();
    this.desk.redraw();
    this.desk.tell(label === null ? say(this.desk.words, "nothing_to_redo") : say(this.desk.words, "redone", { code: label }));
  }
}

/** The beginning of a passage, in one line. */
export function shortened(words: string, most: number): string {
  const line = words.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}
