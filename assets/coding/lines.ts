import type { Span } from "./passages";

/** A line of so many units is no line to a reader, and cannot be drawn piece by piece as the page scrolls. */
const LONGEST = 5_000;
const PIECE = 2_000;

/**
 * The text as it is drawn: in a line that is too long to draw, blanks between turns, and one in every so many words,
 * end the line. Each stands where it stood, so places mean the same.
 */
export function inLines(text: string, turns: readonly Span[]): string {
  const parts: string[] = [];
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end + 1;
    const line = text.slice(from, to);
    parts.push(line.length > LONGEST ? broken(line, from, turns) : line);
    from = to;
  }
  return parts.join("");
}

function broken(line: string, begin: number, turns: readonly Span[]): string {
  const breaks: number[] = [];
  let before = -1;
  for (const turn of turns) {
    const [from, to] = [turn.from - begin, turn.to - begin];
    if (to <= 0 || from > line.length) continue;
    // before what the file writes between two turns; or the blank that ends the turn before
    const at = line.indexOf(" ", before);
    const place = at >= 0 && at < from ? at : from - 1;
    if (before >= 0 && line[place] === " ") breaks.push(place);
    before = to;
  }
  const found: string[] = [];
  let last = 0;
  for (const place of [...breaks, line.length]) {
    while (place - last > LONGEST) {
      const at = line.lastIndexOf(" ", last + PIECE);
      if (at <= last) break;
      found.push(line.slice(last, at), "\n");
      last = at + 1;
    }
    found.push(line.slice(last, place));
    if (place < line.length) found.push("\n");
    last = place + 1;
  }
  return found.join("");
}
