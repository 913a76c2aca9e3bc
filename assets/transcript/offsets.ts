/**
 * Where a selection lies in a source, in Unicode code points.
 *
 * The server counts code points (as Python does); a browser counts UTF-16 units, in which an emoji is
 * two. Every turn says in `data-start` at which code point of the source its text begins, and its text
 * content is exactly that part of the source.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const TURN = "[data-turn-text]";

/** Code points in the first `units` UTF-16 units of `text`; a half surrogate counts with its pair. */
export function codePoints(text: string, units: number = text.length): number {
  let count = 0;
  let at = 0;
  while (at < units && at < text.length) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    count += 1;
  }
  return count;
}

/** UTF-16 units that the first `points` code points of `text` take. */
export function utf16Units(text: string, points: number): number {
  let at = 0;
  for (let count = 0; count < points && at < text.length; count += 1) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return at;
}

/** UTF-16 units of the turn's text that lie before (node, offset). */
function unitsBefore(turn: Element, node: Node, offset: number): number {
  const range = turn.ownerDocument.createRange();
  range.selectNodeContents(turn);
  range.setEnd(node, offset);
  return range.toString().length;
}

function startOf(turn: HTMLElement): number {
  const start = Number(turn.dataset.start);
  if (turn.dataset.start === undefined || !Number.isInteger(start)) {
    throw new Error("a turn without data-start cannot be coded");
  }
  return start;
}

/** The part of one turn that the range covers, or null where it covers none of its text. */
function partOf(turn: HTMLElement, range: Range): Span | null {
  if (!range.intersectsNode(turn)) return null;
  const text = turn.textContent ?? "";
  const from = turn.contains(range.startContainer)
    ? unitsBefore(turn, range.startContainer, range.startOffset)
    : 0;
  const to = turn.contains(range.endContainer)
    ? unitsBefore(turn, range.endContainer, range.endOffset)
    : text.length;
  if (to <= from) return null;
  const base = startOf(turn);
  const first = codePoints(text, from);
  const last = codePoints(text, to);
  // a selection that cuts a pair in two takes the whole character
  const begin = isInsidePair(text, from) ? first - 1 : first;
  return {
    start: base + begin,
    end: base + last,
    text: text.slice(utf16Units(text, begin), utf16Units(text, last)),
  };
}

function isInsidePair(text: string, at: number): boolean {
  return at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}

/** The span that a range selects within a transcript; null where it touches no turn's text. */
export function spanOfRange(transcript: ParentNode, range: Range): Span | null {
  if (range.collapsed) return null;
  const parts = [...transcript.querySelectorAll<HTMLElement>(TURN)]
    .map((turn) => partOf(turn, range))
    .filter((part): part is Span => part !== null);
  const first = parts[0];
  const last = parts.at(-1);
  if (!first || !last) return null;
  return { start: first.start, end: last.end, text: parts.map((part) => part.text).join("\n") };
}

/** A whole turn as a span. */
export function spanOfTurn(turn: HTMLElement): Span {
  const text = turn.textContent ?? "";
  const start = startOf(turn);
  return { start, end: start + codePoints(text), text };
}
