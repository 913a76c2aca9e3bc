/** Passages of a text and what lies on them. All places here are UTF-16 units: the browser's own. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Turn extends Span {
  readonly number: number;
  readonly speaker: string;
  readonly isTeam: boolean;
}

/** A coding as it is drawn. */
export interface Drawn extends Span {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly hue: number;
  readonly who: string;
  readonly isOwn: boolean;
}

/** A stretch of text under the very same codings. */
export interface Segment extends Span {
  readonly codings: readonly Drawn[];
}

/** Codings in order of place, and what of them is asked again and again: one more coding is no reason to go through all. */
export interface Laid {
  readonly codings: readonly Drawn[];
  /** For each, how far it or any before it reaches. */
  readonly reaches: readonly number[];
  /** For each, the first lane of the margin that is free all along it. */
  readonly lanes: readonly number[];
  /** How many lanes there are. */
  readonly depth: number;
}

export function inOrder<T extends Span>(spans: Iterable<T>): T[] {
  return [...spans].sort(byPlace);
}

function byPlace(a: Span, b: Span): number {
  return a.from - b.from || b.to - a.to;
}

/** The first place of an ordered list for which something holds that holds for all after it. */
function firstPlace(length: number, holds: (place: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The place of the first coding that reaches beyond a place in the text. */
export function firstBeyond({ reaches }: Laid, at: number): number {
  return firstPlace(reaches.length, (place) => (reaches[place] ?? 0) > at);
}

/** As `touching`. */
export function lying(laid: Laid, from: number, to: number): Drawn[] {
  const end = Math.max(to, from + 1);
  const found: Drawn[] = [];
  for (let place = firstBeyond(laid, from); place < laid.codings.length; place += 1) {
    const one = laid.codings[place];
    if (!one || one.from >= end) break;
    if (one.to > from) found.push(one);
  }
  return found;
}

export function touching<T extends Span>(spans: readonly T[], from: number, to: number): T[] {
  // a caret (from = to) touches what it stands in or right before
  return spans.filter((one) => one.from < Math.max(to, from + 1) && one.to > from);
}

/** Codings, in order, cut at every edge within [from, to): what lies on each stretch that is coded. */
export function segments(laid: Laid, from: number, to: number): Segment[] {
  const here = lying(laid, from, to);
  const edges = new Set<number>();
  for (const one of here) edges.add(Math.max(one.from, from)).add(Math.min(one.to, to));
  const cuts = [...edges].sort((a, b) => a - b);
  const found: Segment[] = [];
  let next = 0;
  let open: Drawn[] = [];
  for (let index = 0; index + 1 < cuts.length; index += 1) {
    const left = cuts[index] ?? 0;
    const right = cuts[index + 1] ?? 0;
    open = open.filter((one) => one.to > left);
    for (; next < here.length && (here[next]?.from ?? 0) <= left; next += 1) {
      const one = here[next];
      if (one && one.to > left) open.push(one);
    }
    if (open.length) found.push({ from: left, to: right, codings: [...open] });
  }
  return found;
}

/** The first lane that is free at a place. `ends`: by lane, where the last one in it ends. */
function freeLane(ends: readonly (number | undefined)[], at: number): number {
  let lane = 0;
  while ((ends[lane] ?? 0) > at) lane += 1;
  return lane;
}

/** Codings as they are in order of place, laid. */
export function laidOut(codings: readonly Drawn[]): Laid {
  const ends: number[] = [];
  const lanes: number[] = [];
  const reaches: number[] = [];
  let reach = 0;
  for (const one of codings) {
    const lane = freeLane(ends, one.from);
    ends[lane] = one.to;
    lanes.push(lane);
    reach = Math.max(reach, one.to);
    reaches.push(reach);
  }
  return { codings, reaches, lanes, depth: ends.length };
}

/** With one more: as if all were laid out anew. Only what follows it up to where all is as it was is looked at. */
export function laidWith(laid: Laid, one: Drawn): Laid {
  const [codings, reaches, lanes] = [laid.codings.slice(), laid.reaches.slice(), laid.lanes.slice()];
  const place = firstPlace(codings.length, (at) => byPlace(codings[at] ?? one, one) > 0);
  codings.splice(place, 0, one);
  lanes.splice(place, 0, 0);
  reaches.splice(place, 0, Math.max(one.to, reaches[place - 1] ?? 0));
  for (let at = place + 1; (reaches[at] ?? one.to) < one.to; at += 1) reaches[at] = one.to;
  const ends: (number | undefined)[] = [];
  for (let at = place - 1; (reaches[at] ?? 0) > one.from; at -= 1) {
    const end = codings[at]?.to ?? 0;
    if (end > one.from) ends[lanes[at] ?? 0] = end;
  }
  let { depth } = laid;
  // where whatever changed its lane has ended
  let until = one.to;
  for (let at = place; at < codings.length; at += 1) {
    const next = codings[at] ?? one;
    if (next.from >= until) break;
    const lane = freeLane(ends, next.from);
    ends[lane] = next.to;
    depth = Math.max(depth, lane + 1);
    if (lanes[at] !== lane) until = Math.max(until, next.to);
    lanes[at] = lane;
  }
  return { codings, reaches, lanes, depth };
}

/** The next words at or after a place that nobody's shown coding covers, within one turn; null: none. */
export function uncoded(
  text: string,
  turns: readonly Turn[],
  codings: readonly Drawn[],
  after: number,
): Span | null {
  const stretches = turns.length ? turns.filter((turn) => !turn.isTeam) : [whole(text)];
  let next = 0;
  let covered = 0;
  for (const stretch of stretches) {
    let at = Math.max(stretch.from, covered, after);
    while (at < stretch.to) {
      for (; next < codings.length && (codings[next]?.from ?? 0) <= at; next += 1) {
        covered = Math.max(covered, codings[next]?.to ?? 0);
      }
      if (covered > at) {
        at = covered;
        continue;
      }
      const until = Math.min(stretch.to, codings[next]?.from ?? stretch.to);
      const words = trimmed(text, { from: at, to: until });
      if (words) return words;
      at = until;
    }
  }
  return null;
}

function whole(text: string): Turn {
  return { from: 0, to: text.length, number: 0, speaker: "", isTeam: false };
}

/** Without blanks at its ends; null where there is no letter or digit in it. */
export function trimmed(text: string, span: Span): Span | null {
  const words = text.slice(span.from, span.to);
  if (!/[\p{L}\p{N}]/u.test(words)) return null;
  const left = words.length - words.trimStart().length;
  return { from: span.from + left, to: span.from + left + words.trim().length };
}

/** The sentences of a stretch of text, without the blanks between them. */
export function sentences(text: string, span: Span, language: string): Span[] {
  const words = text.slice(span.from, span.to);
  const found: Span[] = [];
  const add = (start: number, length: number): void => {
    const one = trimmed(text, { from: span.from + start, to: span.from + start + length });
    if (one) found.push(one);
  };
  if (typeof Intl !== "undefined" && "Segmenter" in Intl) {
    for (const part of segmenter(language).segment(words)) add(part.index, part.segment.length);
  } else {
    for (const part of words.matchAll(/[^.!?。！？\n]+[.!?。！？]*/gu)) add(part.index, part[0].length);
  }
  return found;
}

const segmenters = new Map<string, Intl.Segmenter>();

function segmenter(language: string): Intl.Segmenter {
  let found = segmenters.get(language);
  if (!found) {
    const known = /^[a-z]{2,3}(-|$)/i.test(language) ? language : "en";
    found = new Intl.Segmenter(known, { granularity: "sentence" });
    segmenters.set(language, found);
  }
  return found;
}

/** Matches of a pattern in the text; Error where it is no regular expression. At most `most`. */
export function matches(text: string, pattern: string, isRegular: boolean, most: number): Span[] {
  if (!pattern) return [];
  const source = isRegular ? pattern : pattern.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const wanted = new RegExp(source, "gimu");
  const found: Span[] = [];
  for (const match of text.matchAll(wanted)) {
    if (match[0]) found.push({ from: match.index, to: match.index + match[0].length });
    if (found.length >= most) break;
  }
  return found;
}

/** Where an edge of a coding comes to lie one word further: a start where a word begins, an end where one ends. */
export function wordEdge(text: string, at: number, edge: "start" | "end", direction: 1 | -1): number {
  const isWord = (index: number): boolean => /[\p{L}\p{N}\p{M}'’\ud800-\udfff-]/u.test(text[index] ?? "");
  const isOutward = (edge === "end") === direction > 0;
  const next = (place: number): number => (direction > 0 ? place : place - 1);
  let place = at;
  const pass = (words: boolean): void => {
    while (next(place) >= 0 && next(place) < text.length && isWord(next(place)) === words) place += direction;
  };
  // outward over what is between words to the far side of the next one; inward over one and what is behind it
  pass(!isOutward);
  pass(isOutward);
  return place;
}
