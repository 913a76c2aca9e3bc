import { type Extension, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate, WidgetType } from "@codemirror/view";
import { type Drawn, type Laid, laidOut, segments, type Turn } from "./passages";

const SPEAKER_HEIGHT = 31;

/** What is drawn on the text, and which of it is chosen. */
export interface DrawnState {
  readonly laid: Laid;
  readonly active: string | null;
}

export const draw = StateEffect.define<Laid>();
export const activate = StateEffect.define<string | null>();

export const drawn = StateField.define<DrawnState>({
  create: () => ({ laid: laidOut([]), active: null }),
  update(state, transaction) {
    let next = state;
    for (const effect of transaction.effects) {
      if (effect.is(draw)) next = { ...next, laid: effect.value };
      else if (effect.is(activate) && next.active !== effect.value) next = { ...next, active: effect.value };
    }
    return next;
  },
});

function markOf(codings: readonly Drawn[], active: string | null): Decoration {
  // the shortest passage gives the hue: a longer one shows on both sides of it
  const inner = codings.reduce((best, one) => (one.to - one.from < best.to - best.from ? one : best));
  const overlap = codings.length > 1 ? " is-overlap" : "";
  const isActive = codings.some((one) => one.id === active) ? " is-active" : "";
  return Decoration.mark({
    tagName: "mark",
    class: `hue-${inner.hue}${overlap}${isActive}`,
    attributes: { title: codings.map((one) => one.name).join(", ") },
  });
}

function marksIn(view: EditorView): DecorationSet {
  const state = view.state.field(drawn);
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (const segment of segments(state.laid, from, to)) {
      builder.add(segment.from, segment.to, markOf(segment.codings, state.active));
    }
  }
  return builder.finish();
}

export const marks = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = marksIn(view);
    }
    update(update: ViewUpdate): void {
      const isNew = update.startState.field(drawn) !== update.state.field(drawn);
      if (isNew || update.viewportChanged) this.decorations = marksIn(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** Number and speaker above a turn. */
class Speaker extends WidgetType {
  constructor(
    readonly number: number,
    readonly speaker: string,
  ) {
    super();
  }

  eq(other: Speaker): boolean {
    return this.number === other.number && this.speaker === other.speaker;
  }

  toDOM(): HTMLElement {
    const element = document.createElement("div");
    element.className = "ws-speaker";
    const number = document.createElement("span");
    number.className = "ws-turn";
    number.textContent = String(this.number);
    element.append(number, this.speaker);
    return element;
  }

  get estimatedHeight(): number {
    return SPEAKER_HEIGHT;
  }

  ignoreEvent(): boolean {
    return false;
  }
}

/** Turns with their speakers; what the file writes between turns is there, and set back. The text never changes. */
export function speakers(turns: readonly Turn[], text: string): Extension {
  const builder = new RangeSetBuilder<Decoration>();
  let before = 0;
  for (const turn of turns) {
    const written = text.slice(before, turn.from);
    const at = Math.max(text.lastIndexOf("\n", turn.from - 1) + 1, before);
    const widget = new Speaker(turn.number, written.includes(turn.speaker) ? "" : turn.speaker);
    builder.add(at, at, Decoration.widget({ widget, block: true, side: -1 }));
    if (at < turn.from) builder.add(at, turn.from, Decoration.mark({ class: "ws-between" }));
    before = turn.to;
  }
  return EditorView.decorations.of(builder.finish());
}

/** The chosen passage, when the keyboard is elsewhere and the browser no longer shows what is selected. */
export const chosen = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet = Decoration.none;
    update(update: ViewUpdate): void {
      const { from, to } = update.state.selection.main;
      this.decorations =
        from === to || update.view.hasFocus
          ? Decoration.none
          : Decoration.set([Decoration.mark({ class: "ws-chosen" }).range(from, to)]);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
