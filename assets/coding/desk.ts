import type { KeyBinding } from "@codemirror/view";
import { Codebook } from "./codebook";
import { find, focusPressed, say, type Words } from "./dom";
import { Editing, type OnDesk, shortened } from "./editing";
import { Panel, type PanelRights } from "./panel";
import { type Drawn, inOrder, type Laid, laidOut, laidWith, lying, type Span, type Turn, uncoded } from "./passages";
import { Places } from "./places";
import { Search } from "./search";
import type { Coding } from "./store";
import { Surface } from "./surface";
import { openTheming } from "./theming";
import { Walk } from "./walk";
import { type CodeRow, type Feed, get, type Memo, post, Refused, type SourceText } from "./wire";
import { Workspace } from "./workspace";

export interface Settings extends PanelRights {
  readonly counts: boolean;
  readonly may_add_code: boolean;
}

const LONGEST_NAME = 80;
const LAST_HUE = 8;
/** So many more codings are put among those that are drawn, one by one; of more than that all are laid out anew. */
const A_FEW = 10;

/** The workspace of one source: text, codebook, what lies under the selection, and what joins them. */
export class Desk implements OnDesk {
  readonly places: Places;
  private readonly walk: Walk;
  readonly surface: Surface;
  readonly book: Codebook;
  private readonly panel: Panel;
  private readonly search: Search;
  readonly workspace: Workspace;
  private readonly editing = new Editing(this);
  private readonly token: string;
  private drawn = new WeakMap<Coding, Drawn>();
  private shown: readonly Coding[] | null = null;
  private counts = new Map<string, number>();
  private isDrawing = false;
  private told: { readonly name: string; readonly sentence: string } | null = null;
  private readonly status: HTMLElement;
  private saying: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly root: HTMLElement,
    readonly words: Words,
    readonly settings: Settings,
    source: SourceText,
    codes: readonly CodeRow[],
  ) {
    const { language = "", me = "", source: id = "", codings = "" } = root.dataset;
    this.status = find(root, "status");
    this.token = root.querySelector<HTMLInputElement>("[name='csrfmiddlewaretoken']")?.value ?? "";
    this.places = new Places(source.text);
    this.walk = new Walk(source.text, turnsOf(source, this.places), language);
    this.workspace = new Workspace(
      { codings, token: this.token, me, source: id, textVersion: source.text_version, keeper: keeper() },
      this.heard(),
    );
    const events = {
      apply: (chosen: readonly string[]) => this.editing.apply(chosen),
      create: (name: string) => void this.create(name),
      leave: () => this.surface.focus(),
    };
    const remembered = { shelf: keeper(), key: `codebook-${me}-${root.dataset.analysis ?? ""}` };
    const { may_add_code: mayAdd, may_code: mayCode } = settings;
    this.book = new Codebook(find(root, "codebook"), words, mayAdd, mayCode, events, remembered);
    this.panel = new Panel(root, words, settings, {
      leave: () => this.surface.focus(),
      activate: (coding) => this.activate(coding, true),
      remove: (coding) => this.editing.remove(coding),
      nudge: (coding, edge, direction) => this.editing.nudge(coding, edge, direction),
      lay: (coding) => this.editing.lay(coding),
      write: (text, kind) => this.write(text, kind),
    });
    this.surface = this.openSurface(source.text, language);
    this.search = new Search(find<HTMLDetailsElement>(root, "searching"), source.text, words, (at) => this.placeName(at), {
      go: (span) => this.go(span),
      code: (hits, code) => this.editing.codeHits(hits, code),
    });
    openTheming(root.querySelector("[data-theming]"), {
      selection: () => this.surface.selection,
      lacks: () => say(words, "theme_first"),
      place: (theme, act, span) => this.place(theme, act, span, source.text_version),
    });
    this.takeCodes(codes);
    this.listen();
    this.openAtTurn();
  }

  /** With the codings as the server told them first. */
  begin(feed: Feed): void {
    this.workspace.start(feed);
    this.redraw();
    void this.readMemos();
  }

  private heard() {
    return {
      changed: () => this.drawSoon(),
      unknownCode: () => void this.readCodes(),
      textChanged: () => this.complain(say(this.words, "text_changed")),
      lost: (count: number) => this.complain(say(this.words, "lost_words", { count })),
      letGo: (count: number, why: string) => this.complain(say(this.words, "let_go", { count, why })),
      refused: (detail: string) => this.complain(detail),
      status: (state: string, count: number, isFeedLost: boolean) => {
        const name = count && state !== "idle" ? state : isFeedLost ? "lost" : "kept";
        const sentence = say(this.words, `status_${name}`, { count });
        // once for all that is told in one go, and after the keyboard has gone where it goes: a line that changes is laid out
        if (!this.told) queueMicrotask(() => this.showStatus());
        this.told = { name, sentence };
      },
    };
  }

  private showStatus(): void {
    if (!this.told) return;
    const { name, sentence } = this.told;
    this.told = null;
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
    this.status.dataset.state = name;
    this.showButtons();
  }

  private openSurface(text: string, language: string): Surface {
    return new Surface(find(this.root, "surface"), {
      text,
      language,
      turns: this.walk.turns,
      label: say(this.words, "text"),
      keys: this.keys(),
      onSelect: () => this.showSelection(),
      onPoint: (coding) => this.activate(coding, false),
      onType: (sign) => this.typed(sign),
    });
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
      key("Enter", () => this.choose()),
      key("Alt-ArrowDown", () => this.step("turn", 1)),
      key("Alt-ArrowUp", () => this.step("turn", -1)),
      key("Alt-ArrowRight", () => this.step("sentence", 1)),
      key("Alt-ArrowLeft", () => this.step("sentence", -1)),
      key("Alt-Shift-ArrowRight", () => this.editing.nudgeHere("end", 1)),
      key("Alt-Shift-ArrowLeft", () => this.editing.nudgeHere("end", -1)),
      key("Alt-Shift-ArrowUp", () => this.editing.nudgeHere("start", -1)),
      key("Alt-Shift-ArrowDown", () => this.editing.nudgeHere("start", 1)),
      key("Alt-u", () => this.nextUncoded()),
      key("Alt-i", () => void this.inVivo()),
      key("Alt-c", () => this.nextHere()),
      key("Delete", () => this.editing.removeHere()),
      key("Backspace", () => this.editing.removeHere()),
      key("Mod-f", () => this.search.open()),
    ];
  }

  private listen(): void {
    focusPressed(this.root);
    const acts: Record<string, () => void> = {
      "prev-turn": () => this.step("turn", -1),
      "next-turn": () => this.step("turn", 1),
      "prev-sentence": () => this.step("sentence", -1),
      "next-sentence": () => this.step("sentence", 1),
      uncoded: () => this.nextUncoded(),
      invivo: () => void this.inVivo(),
      undo: () => this.editing.undo(),
      redo: () => this.editing.redo(),
      search: () => this.search.open(),
    };
    this.root.addEventListener("click", (event) => {
      const button = (event.target as HTMLElement).closest<HTMLButtonElement>("[data-do]");
      if (button) acts[button.dataset.do ?? ""]?.();
      if ((event.target as HTMLElement).closest("[data-dismiss]")) find(this.root, "problem").hidden = true;
    });
    this.root.addEventListener("keydown", (event) => {
      const field = event.target as HTMLInputElement;
      // what is being written has an undo of its own
      if (!(event.ctrlKey || event.metaKey) || event.altKey || field.value) return;
      const name = event.key.toLowerCase();
      if (name === "z" && !event.shiftKey) this.editing.undo();
      else if (name === "y" || name === "z") this.editing.redo();
      else return;
      event.preventDefault();
    });
  }

  // what is shown

  private drawSoon(): void {
    if (this.isDrawing) return;
    this.isDrawing = true;
    queueMicrotask(() => {
      // what was drawn at once meanwhile is not drawn again
      if (this.isDrawing) this.redraw();
    });
  }

  redraw(active = this.surface.active, isFocused = false): void {
    this.isDrawing = false;
    const standing = this.workspace.standing();
    // what the server only confirms is not looked through again
    const isOther = standing !== this.shown || active !== this.surface.active;
    if (standing === this.shown) {
      if (isFocused) this.surface.focus();
      if (active !== this.surface.active) this.surface.activate(active);
    } else {
      const laid = this.laid(standing);
      if (isFocused) this.surface.drawAndFocus(laid, active);
      else this.surface.draw(laid, active);
      if (this.settings.counts) this.book.count(this.counts);
    }
    find(this.root, "only-own").hidden = !this.workspace.onlyOwn;
    if (isOther) this.showSelection(false);
    this.showButtons();
  }

  /** What stands as it is to be drawn; what is drawn already is gone through again only where more changed than that a few were added. */
  private laid(standing: readonly Coding[]): Laid {
    const added = this.shown && this.workspace.addedTo(this.shown);
    const isMore = added && added.length <= A_FEW;
    this.shown = standing;
    if (!isMore) this.counts = new Map();
    for (const { code } of isMore ? added : standing) this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
    if (isMore) return added.reduce((laid, one) => laidWith(laid, this.drawnOf(one)), this.surface.laid);
    return laidOut(inOrder(standing.map((one) => this.drawnOf(one))));
  }

  private drawnOf(one: Coding): Drawn {
    let found = this.drawn.get(one);
    if (!found) {
      const code = this.book.get(one.code);
      found = {
        id: one.id,
        from: this.places.toUnits(one.start),
        to: this.places.toUnits(one.end),
        code: one.code,
        name: code?.name ?? "…",
        hue: code?.hue ?? LAST_HUE,
        who: this.workspace.name(one.analyst),
        isOwn: one.analyst === this.root.dataset.me,
      };
      this.drawn.set(one, found);
    }
    return found;
  }

  here(): Drawn[] {
    const { from, to } = this.surface.selection;
    return lying(this.surface.laid, from, to);
  }

  active(): Drawn | null {
    const { active, codings } = this.surface;
    if (active === null) return null;
    const isActive = (one: Drawn): boolean => one.id === active;
    // most often it is what lies under the selection
    return this.here().find(isActive) ?? codings.find(isActive) ?? null;
  }

  showSelection(isSaid = true): void {
    const { from, to } = this.surface.selection;
    const passage = this.walk.turns.length || from !== to ? this.placeName(from) : "";
    this.panel.select(shortened(this.places.text.slice(from, to), 240), passage);
    this.panel.list(this.here(), this.active());
    this.book.passage(from !== to);
    if (!isSaid) return;
    clearTimeout(this.saying);
    this.saying = setTimeout(() => this.tell(this.codesHere()), 250);
  }

  private showButtons(): void {
    const set = (name: string, isThere: boolean): void => {
      const button = this.root.querySelector<HTMLButtonElement>(`[data-do='${name}']`);
      const isOff = String(!isThere);
      // a button that has the keyboard keeps it, or the keyboard would fall to the top of the page
      if (button && button.getAttribute("aria-disabled") !== isOff) button.setAttribute("aria-disabled", isOff);
    };
    set("undo", this.workspace.canUndo);
    set("redo", this.workspace.canRedo);
  }

  private placeName(at: number): string {
    const turn = this.walk.turnAt(at);
    return turn ? [turn.number, turn.speaker].filter(Boolean).join(" · ") : "";
  }

  private codesHere(): string {
    const names = this.here().map((one) => (one.isOwn ? one.name : `${one.name} (${one.who})`));
    return names.length ? say(this.words, "codes_here", { codes: names.join(", ") }) : say(this.words, "none_here");
  }

  /** For who listens: said once, politely. */
  tell(sentence: string): void {
    clearTimeout(this.saying);
    find(this.root, "live").textContent = sentence;
  }

  private complain(sentence: string): void {
    find(this.root, "problem-text").textContent = sentence;
    find(this.root, "problem").hidden = false;
  }

  // going about

  private go(span: Span): void {
    this.surface.select(span);
    this.surface.focus();
  }

  private step(by: "turn" | "sentence", direction: 1 | -1): void {
    const { selection } = this.surface;
    const next = by === "turn" ? this.walk.turn(selection, direction) : this.walk.sentence(selection, direction);
    if (!next) {
      this.tell(say(this.words, direction > 0 ? "at_end" : "at_beginning"));
      return;
    }
    this.go(next);
    const passage = shortened(this.places.text.slice(next.from, next.to), 600);
    this.tell(`${this.placeName(next.from)}: ${passage} ${this.codesHere()}`);
  }

  private nextUncoded(): void {
    const { to } = this.surface.selection;
    const next =
      uncoded(this.places.text, this.walk.turns, this.surface.codings, to) ??
      uncoded(this.places.text, this.walk.turns, this.surface.codings, 0);
    if (!next) {
      this.tell(say(this.words, "all_coded"));
      return;
    }
    this.go(next);
    this.tell(`${this.placeName(next.from)}: ${shortened(this.places.text.slice(next.from, next.to), 600)}`);
  }

  private openAtTurn(): void {
    const number = Number(this.root.dataset.turn || 0);
    const turn = this.walk.turns.find((one) => one.number === number);
    if (turn) this.go(turn);
  }

  private activate(coding: string | null, isScrolled: boolean): void {
    this.surface.activate(coding);
    const active = this.active();
    if (active && !isScrolled) this.surface.select(active, false);
    this.panel.list(this.here(), active);
  }

  /** From one coding under the selection to the next. */
  private nextHere(): void {
    const those = this.here();
    const at = those.findIndex((one) => one.id === this.surface.active);
    const next = those[(at + 1) % Math.max(those.length, 1)] ?? null;
    this.activate(next?.id ?? null, true);
    this.tell(next ? say(this.words, "chosen_coding", { code: next.name, who: next.who }) : say(this.words, "none_here"));
  }

  // coding

  /** Enter: what is selected is to be coded; without a selection the sentence that the caret stands in. */
  private choose(): void {
    if (!this.settings.may_code) return;
    const { from, to } = this.surface.selection;
    const sentence = from === to ? this.walk.sentenceAt(from) : null;
    if (sentence) this.surface.select(sentence);
    this.book.focus();
  }

  /** A digit puts its code on what is selected, or on the sentence that the caret stands in; a letter looks for a code. */
  private typed(sign: string): void {
    const code = this.settings.may_code ? this.book.byDigit(sign) : undefined;
    if (!code) {
      this.book.focus(sign);
      return;
    }
    const { from, to } = this.surface.selection;
    const sentence = from === to ? this.walk.sentenceAt(from) : null;
    if (sentence) this.surface.select(sentence);
    this.editing.apply([code.id]);
  }

  private async inVivo(): Promise<void> {
    const { from, to } = this.surface.selection;
    const name = this.places.text.slice(from, to).replace(/\s+/g, " ").trim();
    if (!name || name.length > LONGEST_NAME) this.tell(say(this.words, name ? "name_too_long" : "select_first"));
    else await this.create(name);
  }

  private async create(name: string): Promise<void> {
    const { from, to } = this.surface.selection;
    const answer = await this.asked(
      post<{ codes: CodeRow[]; made: string }>(this.root.dataset.codes ?? "", this.token, { name }),
    );
    if (!answer) return;
    this.takeCodes(answer.codes);
    if (from !== to) this.surface.select({ from, to }, false);
    this.editing.apply([answer.made]);
  }

  // what comes over the network beside codings

  private takeCodes(codes: readonly CodeRow[]): void {
    this.book.take(codes);
    this.workspace.knows(codes.map(([id]) => id));
    this.drawn = new WeakMap();
    this.shown = null;
    this.search?.offer(this.book.all);
    this.drawSoon();
  }

  private async readCodes(): Promise<void> {
    const answer = await this.asked(get<{ codes: CodeRow[] }>(this.root.dataset.codes ?? ""));
    if (answer) this.takeCodes(answer.codes);
    // a code that this reader may not see is not asked for again and again
    this.workspace.knows(this.workspace.standing().map((one) => one.code));
  }

  private async readMemos(): Promise<void> {
    const answer = await this.asked(get<{ memos: Memo[] }>(this.root.dataset.beside ?? ""));
    if (answer) this.takeMemos(answer.memos);
  }

  private takeMemos(memos: readonly Memo[]): void {
    this.panel.take(memos);
    this.panel.list(this.here(), this.active());
  }

  private async write(text: string, kind: string): Promise<boolean> {
    const coding = this.surface.active ?? "";
    const answer = await this.asked(
      post<{ memos: Memo[] }>(this.root.dataset.beside ?? "", this.token, { text, kind, coding }),
    );
    if (answer) this.takeMemos(answer.memos);
    if (answer) this.tell(say(this.words, "memo_kept"));
    return answer !== null;
  }

  private async place(theme: string, act: string, span: Span, version: number): Promise<string | null> {
    const address = this.root.querySelector("[data-theming]")?.getAttribute("action") ?? "";
    const start = String(this.places.toPoints(span.from));
    const end = String(this.places.toPoints(span.to));
    const fields = { theme, do: act, start, end, text_version: String(version) };
    const answer = await this.asked(post<{ said: string }>(address, this.token, fields));
    return answer?.said ?? null;
  }

  /** An answer, or null where there is none and the page has said why. */
  private async asked<T>(answer: Promise<T>): Promise<T | null> {
    try {
      return await answer;
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

/** A browser may refuse to keep anything: then what waits is kept by the page alone. */
function keeper(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
