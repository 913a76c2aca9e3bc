import { find, make, say, type Words } from "./dom";
import type { Drawn } from "./passages";
import type { Memo } from "./wire";

export type Edge = "start" | "end";

export interface PanelEvents {
  /** There is nothing left here to be on: back to the text. */
  leave(): void;
  activate(coding: string | null): void;
  remove(coding: string): void;
  /** One word further out or in. */
  nudge(coding: string, edge: Edge, direction: 1 | -1): void;
  /** Lay the coding where the selection is. */
  lay(coding: string): void;
  write(text: string, kind: "memo" | "another_reading"): Promise<boolean>;
}

export interface PanelRights {
  readonly may_code: boolean;
  readonly may_write: boolean;
  readonly may_remove_any: boolean;
  readonly readings: boolean;
}

/** Beside the text: what is selected, which codings lie there, and what is written beside them. */
export class Panel {
  private readonly selected: HTMLElement;
  private readonly here: HTMLElement;
  private readonly tools: HTMLElement;
  private readonly memos: HTMLElement;
  private readonly about: HTMLElement;
  private readonly writing: HTMLFormElement | null;
  private shown = "";
  private chosen: { readonly words: string; readonly place: string } | null = null;
  private active: Drawn | null = null;
  private written: readonly Memo[] = [];

  constructor(
    root: HTMLElement,
    private readonly words: Words,
    private readonly rights: PanelRights,
    private readonly events: PanelEvents,
  ) {
    this.selected = find(root, "selected");
    this.here = find(root, "here");
    this.tools = find(root, "tools");
    this.memos = find(root, "memos");
    this.about = find(root, "about");
    this.writing = root.querySelector<HTMLFormElement>("[data-writing]");
    this.here.addEventListener("click", (event) => this.click(event));
    this.tools.addEventListener("click", (event) => this.tool(event));
    this.writing?.addEventListener("submit", (event) => void this.submit(event));
  }

  /** The selected words, shortened, and where they are; empty where nothing is selected. */
  select(words: string, place: string): void {
    if (this.chosen?.words === words && this.chosen.place === place) return;
    this.chosen = { words, place };
    this.selected.replaceChildren(
      ...(place ? [make("span", { class: "muted small" }, place), " "] : []),
      words || make("span", { class: "muted" }, say(this.words, "nothing_selected")),
    );
  }

  /** The codings under the selection; the active one is there too, wherever it lies. */
  list(codings: readonly Drawn[], active: Drawn | null): void {
    const all = active && !codings.includes(active) ? [active, ...codings] : codings;
    const shown = JSON.stringify([all, active?.id]);
    if (shown === this.shown) return;
    this.shown = shown;
    const focused = document.activeElement as HTMLElement | null;
    const was = this.active?.id;
    this.active = active;
    const rows = all.map((one) => this.row(one));
    this.here.replaceChildren(...(rows.length ? rows : [make("li", { class: "muted" }, say(this.words, "none_here"))]));
    this.showTools();
    if (was !== active?.id) this.showMemos();
    // the list is made anew under the user's hands: stay where they were
    if (focused && !focused.isConnected) this.refocus(focused.dataset.coding ?? "", focused.dataset.act ?? "");
  }

  take(memos: readonly Memo[]): void {
    this.written = memos;
    this.shown = "";
    this.showMemos();
  }

  private refocus(coding: string, act: string): void {
    const there = [...this.here.querySelectorAll<HTMLElement>("[data-coding]")];
    const same = there.find((one) => one.dataset.coding === coding && (one.dataset.act ?? "") === act);
    const next = same ?? there[0];
    if (next) next.focus();
    else this.events.leave();
  }

  private row(one: Drawn): HTMLElement {
    const isActive = one.id === this.active?.id;
    const who = one.isOwn ? say(this.words, "you") : one.who;
    const memos = this.written.filter((memo) => memo.coding === one.id).length;
    const choose = make(
      "button",
      { type: "button", class: "ws-coding", "aria-pressed": String(isActive), "data-coding": one.id, "data-act": "choose" },
      make("span", { class: `code-name hue-${one.hue}` }, one.name),
      " ",
      make("span", { class: "muted small" }, who),
    );
    if (memos) choose.append(" ", make("span", { class: "muted small" }, say(this.words, "with_memos")));
    const item = make("li", {}, choose);
    if (this.mayRemove(one)) {
      item.append(
        make(
          "button",
          { type: "button", class: "button button-quiet button-small", "data-coding": one.id, "data-act": "remove" },
          say(this.words, "take_off"),
          make("span", { class: "visually-hidden" }, ` ${one.name}`),
        ),
      );
    }
    return item;
  }

  private mayRemove(one: Drawn): boolean {
    return one.isOwn ? this.rights.may_code : this.rights.may_remove_any;
  }

  private showTools(): void {
    const { active } = this;
    this.tools.hidden = !(active?.isOwn && this.rights.may_code);
    const about = active ? say(this.words, "memos_coding", { code: active.name, who: active.who }) : say(this.words, "memos_source");
    this.about.textContent = about;
    const reading = this.writing?.querySelector<HTMLElement>("[data-reading]");
    if (reading) reading.hidden = !(this.rights.readings && active && !active.isOwn);
  }

  private showMemos(): void {
    const coding = this.active?.id ?? null;
    const those = this.written.filter((memo) => memo.coding === coding);
    const articles = those.map((memo) => {
      const kind = memo.kind === "memo" ? "" : `${say(this.words, memo.kind)} · `;
      const when = new Date(memo.at).toLocaleDateString(document.documentElement.lang || undefined);
      return make(
        "article",
        { class: "memo" },
        ...(memo.title ? [make("h3", {}, memo.title)] : []),
        make("div", { class: "memo-text" }, memo.text),
        make("p", { class: "muted small" }, `${kind}${memo.by} · ${when}`),
      );
    });
    this.memos.replaceChildren(...(articles.length ? articles : [make("p", { class: "muted" }, say(this.words, "no_memo"))]));
  }

  private click(event: MouseEvent): void {
    const button = (event.target as HTMLElement).closest<HTMLElement>("button[data-coding]");
    const coding = button?.dataset.coding;
    if (!coding) return;
    if (button.dataset.act === "remove") this.events.remove(coding);
    else this.events.activate(this.active?.id === coding ? null : coding);
  }

  private tool(event: MouseEvent): void {
    const act = (event.target as HTMLElement).closest<HTMLElement>("[data-tool]")?.dataset.tool;
    if (!act || !this.active) return;
    const { id } = this.active;
    if (act === "lay") this.events.lay(id);
    else if (act === "start-out") this.events.nudge(id, "start", -1);
    else if (act === "start-in") this.events.nudge(id, "start", 1);
    else if (act === "end-in") this.events.nudge(id, "end", -1);
    else if (act === "end-out") this.events.nudge(id, "end", 1);
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const field = this.writing?.querySelector("textarea");
    if (!field?.value.trim()) return;
    const isReading = (event.submitter as HTMLElement | null)?.hasAttribute("data-reading") ?? false;
    if (await this.events.write(field.value, isReading ? "another_reading" : "memo")) field.value = "";
  }
}
