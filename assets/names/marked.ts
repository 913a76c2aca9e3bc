import type { Places } from "../coding/places";
import type { Span } from "../coding/passages";
import type { Name } from "./names";

/** A place of a name as it is drawn. In UTF-16 units. */
export interface Marked extends Span {
  readonly name: Name;
  readonly place: number;
  readonly isTaken: boolean;
}

/**
 * What is marked, in order and apart. Where two lie over each other the one that is taken out is shown, then the longer:
 * so they are replaced.
 */
export function markedIn(names: readonly Name[], places: Places): Marked[] {
  const all: Marked[] = names.flatMap((name) =>
    name.places.map((one, place) => ({
      from: places.toUnits(one.start),
      to: places.toUnits(one.end),
      name,
      place,
      isTaken: name.isTaken(place),
    })),
  );
  all.sort((a, b) => Number(b.isTaken) - Number(a.isTaken) || b.to - b.from - (a.to - a.from) || a.from - b.from);
  const covered = new Uint8Array(places.text.length);
  const apart = all.filter((one) => {
    if (one.from >= one.to || covered.subarray(one.from, one.to).includes(1)) return false;
    covered.fill(1, one.from, one.to);
    return true;
  });
  return apart.sort((a, b) => a.from - b.from);
}

/** The one that a selection lies in; a caret may stand at its end. */
export function markedAt(marked: readonly Marked[], { from, to }: Span): Marked | null {
  const within = marked.filter((one) => one.from <= from && to <= one.to);
  return within.at(-1) ?? null;
}

/** The next one from where a selection begins, in a direction. */
export function markedNext(marked: readonly Marked[], { from, to }: Span, direction: 1 | -1): Marked | null {
  if (direction < 0) return marked.filter((one) => one.from < from).at(-1) ?? null;
  return marked.find((one) => (from === to ? one.from >= from : one.from > from)) ?? null;
}
