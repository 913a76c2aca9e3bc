import { EditorState, Prec, type TransactionSpec } from "@codemirror/state";
import { EditorView, type KeyBinding, keymap, lineNumbers } from "@codemirror/view";
import { inLines } from "./lines";
import { activate, chosen, draw, drawn, marks, speakers } from "./marks";
import { moves } from "./moves";
import type { Drawn, Laid, Span, Turn } from "./passages";
import { marginOf, stripes } from "./stripes";
import { look } from "./theme";

export interface SurfaceOptions {
  readonly text: string;
  readonly turns: readonly Turn[];
  readonly language: string;
  readonly label: string;
  readonly keys: readonly KeyBinding[];
  /** What is selected changed, by hand or not. */
  readonly onSelect: (span: Span) => void;
  /** A stripe or a name in the margin was pointed at. */
  readonly onPoint: (coding: string) => void;
  /** A letter was typed: whoever types looks for a code. */
  readonly onType: (letter: string) => void;
}

/** The text of a source, to be read and selected; only what is in sight is in the page. Places in UTF-16 units. */
export class Surface {
  private readonly view: EditorView;
  /** How wide it is. Kept, for to ask lays the page out, and what is drawn changes it all the time. */
  private room = 0;
  private margin = 0;

  constructor(host: HTMLElement, options: SurfaceOptions) {
    // in a shadow root the editor's styles are adopted sheets, which the content policy allows as they are
    const root = host.attachShadow({ mode: "open", delegatesFocus: true });
    const parent = document.createElement("div");
    parent.style.height = "100%";
    root.append(parent);
    this.view = new EditorView({ parent, root, state: stateOf(options) });
    this.view.scrollDOM.addEventListener("mousedown", (event) => {
      const target = event.composedPath()[0];
      const coding = target instanceof HTMLElement ? target.dataset.coding : undefined;
      if (!coding) return;
      event.preventDefault();
      options.onPoint(coding);
    });
    this.room = this.view.scrollDOM.clientWidth;
    this.fit();
    new ResizeObserver(() => {
      this.room = this.view.scrollDOM.clientWidth;
      this.fit();
    }).observe(this.view.scrollDOM);
  }

  get selection(): Span {
    const { from, to } = this.view.state.selection.main;
    return { from, to };
  }

  get active(): string | null {
    return this.view.state.field(drawn).active;
  }

  get laid(): Laid {
    return this.view.state.field(drawn).laid;
  }

  get codings(): readonly Drawn[] {
    return this.laid.codings;
  }

  get hasFocus(): boolean {
    return this.view.hasFocus;
  }

  /** Codings as they are laid, and the one that is chosen among them. */
  draw(laid: Laid, active: string | null): void {
    this.view.dispatch({ effects: [draw.of(laid), activate.of(active)] });
    this.fit();
  }

  /** As `draw`, and the keyboard to the text. What is selected is handed to the browser once, in the text as it is drawn then. */
  drawAndFocus(laid: Laid, active: string | null): void {
    this.view.contentDOM.focus({ preventScroll: true });
    this.draw(laid, active);
    // measured with the next frame, that would have to be laid out once more for the stripes
    this.view.elementAtHeight(0);
  }

  activate(coding: string | null): void {
    this.view.dispatch({ effects: activate.of(coding) });
  }

  select(span: Span, isScrolled = true): void {
    const change: TransactionSpec = { selection: { anchor: span.from, head: span.to } };
    if (isScrolled) change.effects = EditorView.scrollIntoView(span.from, { y: "center" });
    this.view.dispatch(change);
  }

  focus(): void {
    this.view.focus();
  }

  private fit(): void {
    const { depth } = this.laid;
    const margin = marginOf(this.room, depth);
    if (margin === this.margin) return;
    this.margin = margin;
    this.view.dom.style.setProperty("--margin", `${margin}px`);
    this.view.requestMeasure();
  }
}

function stateOf(options: SurfaceOptions): EditorState {
  const text = inLines(options.text, options.turns);
  return EditorState.create({
    doc: text,
    extensions: [
      // any other line end is a character like all others: places would shift
      EditorState.lineSeparator.of("\n"),
      EditorState.readOnly.of(true),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        "aria-label": options.label,
        "aria-readonly": "true",
        // the keyboard of a phone stays away: nothing is written here
        inputmode: "none",
        spellcheck: "false",
        lang: options.language,
      }),
      Prec.highest(keymap.of([...options.keys, ...moves])),
      Prec.highest(typing(options)),
      lineNumbers(),
      drawn,
      speakers(options.turns, text),
      marks,
      chosen,
      stripes,
      look,
      EditorView.updateListener.of((update) => {
        if (update.selectionSet) {
          const { from, to } = update.state.selection.main;
          options.onSelect({ from, to });
        }
      }),
    ],
  });
}

function typing(options: SurfaceOptions) {
  return EditorView.domEventHandlers({
    keydown(event, view) {
      const dead = deadKey(event);
      const bound = dead ? options.keys.find((one) => one.key === dead)?.run : undefined;
      if (bound) {
        event.preventDefault();
        return bound(view);
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
      if (!/^[\p{L}\p{N}]$/u.test(event.key)) return false;
      event.preventDefault();
      options.onType(event.key);
      return true;
    },
  });
}

/** On a Mac Option with some letters begins an accent, and the browser tells no letter: which key it was, it does. */
export function deadKey(event: Pick<KeyboardEvent, "key" | "code" | "altKey">): string | null {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  return event.altKey && event.key === "Dead" && letter ? `Alt-${letter.toLowerCase()}` : null;
}
