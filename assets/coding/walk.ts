import { sentences, type Span, touching, trimmed, type Turn } from "./passages";

/** From turn to turn and from sentence to sentence, for who selects without a mouse. Places in UTF-16 units. */
export class Walk {
  /** Turns; in a text without turns its paragraphs. */
  private readonly stretches: readonly Span[];

  constructor(
    private readonly text: string,
    readonly turns: readonly Turn[],
    private readonly language: string,
  ) {
    this.stretches = turns.length ? turns : paragraphs(text);
  }

  turnAt(at: number): Turn | undefined {
    return touching(this.turns, at, at)[0];
  }

  turn(selection: Span, direction: 1 | -1): Span | null {
    return next(this.stretches, selection, direction);
  }

  sentence(selection: Span, direction: 1 | -1): Span | null {
    const here = this.stretches.findIndex((one) => one.to > selection.from);
    const begin = here < 0 ? this.stretches.length - 1 : here;
    const found = next(this.sentencesOf(begin), selection, direction);
    if (found) return found;
    for (let at = begin + direction; at >= 0 && at < this.stretches.length; at += direction) {
      const those = this.sentencesOf(at);
      const one = direction > 0 ? those[0] : those.at(-1);
      if (one) return one;
    }
    return null;
  }

  /** The sentence that a caret stands in. */
  sentenceAt(at: number): Span | null {
    return this.sentence({ from: at, to: at }, 1);
  }

  private sentencesOf(place: number): Span[] {
    const stretch = this.stretches[place];
    return stretch ? sentences(this.text, stretch, this.language) : [];
  }
}

/** The one that a caret stands in, or else the next in a direction from where the selection begins. */
function next(spans: readonly Span[], selection: Span, direction: 1 | -1): Span | null {
  const { from, to } = selection;
  if (from === to) {
    const here = spans.find((one) => one.from <= from && one.to > from);
    if (here) return here;
  }
  if (direction > 0) return spans.find((one) => one.from > from) ?? null;
  return spans.filter((one) => one.from < from).at(-1) ?? null;
}

function paragraphs(text: string): Span[] {
  const found: Span[] = [];
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end;
    const words = trimmed(text, { from, to });
    if (words) found.push(words);
    from = to + 1;
  }
  return found;
}
