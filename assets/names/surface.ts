import { EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, type KeyBinding, keymap, lineNumbers, WidgetType } from "@codemirror/view";
import { inLines } from "../coding/lines";
import { chosen, speakers } from "../coding/marks";
import { moves } from "../coding/moves";
import type { Span, Turn } from "../coding/passages";
import { look } from "../coding/theme";
import type { Marked } from "./marked";

/** Ten kinds in eight hues; what stands for a name is written beside it, so that no hue has to be told from another. */
const HUES: Readonly<Record<string, number>> = {
  person: 1, place: 2, organisation: 3, phone: 4, email: 5, link: 5, postcode: 6, health_number: 7, date: 8, other: 8,
};

const draw = StateEffect.define<DecorationSet>();

const drawn = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    for (const effect of transaction.effects) if (effect.is(draw)) return effect.value;
    return shown;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** What will stand there, right after the words that go. */
class Label extends WidgetType {
  constructor(
    readonly label: string,
    readonly hue: number,
  ) {
    super();
  }

  eq(other: Label): boolean {
    return this.label === other.label && this.hue === other.hue;
  }

  toDOM(): HTMLElement {
    const element = document.createElement("span");
    element.className = `nm-chip hue-${this.hue}`;
    element.textContent = `[${this.label}]`;
    return element;
  }

  ignoreEvent(): boolean {
    return false;
  }
}

const looks = EditorView.theme({
  ".cm-content": { paddingInlineEnd: "0.75rem", maxInlineSize: "48rem" },
  "mark.nm-taken": { textDecoration: "line-through", textDecorationColor: "var(--hue)" },
  "mark.nm-left": { backgroundColor: "transparent", borderBlockEnd: "2px dotted var(--edge)" },
  "mark.nm-current": { boxShadow: "0 0 0 2px var(--thread)" },
  ".nm-chip": {
    marginInlineStart: "0.2em",
    color: "var(--hue)",
    fontFamily: "var(--sans)",
    fontSize: "0.8125rem",
    fontWeight: "600",
  },
});

export interface SurfaceOptions {
  readonly text: string;
  readonly turns: readonly Turn[];
  readonly language: string;
  readonly label: string;
  readonly keys: readonly KeyBinding[];
  readonly onSelect: () => void;
}

/** The whole text with what is marked in it; only what is in sight is in the page. */
export class Surface {
  private readonly view: EditorView;

  constructor(host: HTMLElement, options: SurfaceOptions) {
    // in a shadow root the editor's styles are adopted sheets, which the content policy allows as they are
    const root = host.attachShadow({ mode: "open", delegatesFocus: true });
    const parent = document.createElement("div");
    parent.style.height = "100%";
    root.append(parent);
    const text = inLines(options.text, options.turns);
    const state = EditorState.create({
      doc: text,
      extensions: [
        EditorState.lineSeparator.of("\n"),
        EditorState.readOnly.of(true),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          "aria-label": options.label,
          "aria-readonly": "true",
          inputmode: "none",
          spellcheck: "false",
          lang: options.language,
        }),
        Prec.highest(keymap.of([...options.keys, ...moves])),
        lineNumbers(),
        drawn,
        speakers(options.turns, text),
        chosen,
        look,
        looks,
        EditorView.updateListener.of((update) => {
          if (update.selectionSet) options.onSelect();
        }),
      ],
    });
    this.view = new EditorView({ parent, root, state });
  }

  get selection(): Span {
    const { from, to } = this.view.state.selection.main;
    return { from, to };
  }

  draw(marked: readonly Marked[], current: Marked | null): void {
    const ranges = marked.flatMap((one) => {
      const hue = HUES[one.name.kind] ?? 8;
      const isCurrent = one.name === current?.name && one.place === current.place ? " nm-current" : "";
      const state = one.isTaken ? `hue-${hue} nm-taken` : "nm-left";
      const mark = Decoration.mark({ tagName: "mark", class: `${state}${isCurrent}` }).range(one.from, one.to);
      const label = Decoration.widget({ widget: new Label(one.name.label, hue), side: 1 });
      return one.isTaken ? [mark, label.range(one.to)] : [mark];
    });
    this.view.dispatch({ effects: draw.of(Decoration.set(ranges, true)) });
  }

  select({ from, to }: Span): void {
    this.view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  }

  focus(): void {
    this.view.focus();
  }
}
