/** The codebook as a tree: which codes lie under which, what is folded away, and the digit that stands for each. */
export interface Leaf {
  readonly id: string;
  readonly depth: number;
  readonly isInUse: boolean;
}

export const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];

/** Codes in tree order that have a code in use under them. */
export function branches(codes: readonly Leaf[]): Set<string> {
  const found = new Set<string>();
  const above: Leaf[] = [];
  for (const code of codes) {
    while (above.length && (above.at(-1)?.depth ?? 0) >= code.depth) above.pop();
    if (code.isInUse) for (const one of above) found.add(one.id);
    above.push(code);
  }
  return found;
}

/** Codes in use that no fold hides. A retired code is not shown and folds nothing. */
export function unfolded<T extends Leaf>(codes: readonly T[], folded: ReadonlySet<string>): T[] {
  const found: T[] = [];
  let hidden = Number.POSITIVE_INFINITY;
  for (const code of codes) {
    if (code.depth > hidden) continue;
    hidden = Number.POSITIVE_INFINITY;
    if (!code.isInUse) continue;
    found.push(code);
    if (folded.has(code.id)) hidden = code.depth;
  }
  return found;
}

/** The code right above one in the tree, among those in use. */
export function parentOf<T extends Leaf>(codes: readonly T[], id: string): T | null {
  const at = codes.findIndex((one) => one.id === id);
  let depth = codes[at]?.depth ?? 0;
  for (let place = at - 1; place >= 0; place -= 1) {
    const one = codes[place];
    if (!one || one.depth >= depth) continue;
    if (one.isInUse) return one;
    depth = one.depth;
  }
  return null;
}

/** Digit -> code: those that were chosen, and for the other digits the first codes without one. */
export function digitsOf(codes: readonly Leaf[], chosen: Readonly<Record<string, string>>): Map<string, string> {
  const inUse = new Set(codes.filter((one) => one.isInUse).map((one) => one.id));
  const found = new Map(Object.entries(chosen).filter(([digit, id]) => DIGITS.includes(digit) && inUse.has(id)));
  const taken = new Set(found.values());
  const rest = [...inUse].filter((id) => !taken.has(id));
  for (const digit of DIGITS) {
    const next = found.has(digit) ? undefined : rest.shift();
    if (next) found.set(digit, next);
  }
  return found;
}

/** What of `localStorage` is needed. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** What an analyst folded and which digits they chose, in this browser: ids of codes alone, nothing where nothing is. */
export class Arrangement {
  readonly folded: Set<string>;
  chosen: Record<string, string>;

  constructor(
    private readonly shelf: Shelf | null,
    private readonly key: string,
  ) {
    const { folded, digits } = read(shelf, key);
    this.folded = new Set(folded);
    this.chosen = digits;
  }

  fold(id: string, isFolded: boolean): void {
    if (isFolded) this.folded.add(id);
    else this.folded.delete(id);
    this.keep();
  }

  /** A code for a digit; "" leaves the digit to the first codes again. A code has one digit. */
  choose(digit: string, id: string): void {
    this.chosen = Object.fromEntries(Object.entries(this.chosen).filter(([one, held]) => one !== digit && held !== id));
    if (id) this.chosen[digit] = id;
    this.keep();
  }

  private keep(): void {
    try {
      if (!this.folded.size && !Object.keys(this.chosen).length) this.shelf?.removeItem(this.key);
      else this.shelf?.setItem(this.key, JSON.stringify({ folded: [...this.folded], digits: this.chosen }));
    } catch {
      // a browser that keeps no more: it holds as long as the page does
    }
  }
}

function read(shelf: Shelf | null, key: string): { folded: string[]; digits: Record<string, string> } {
  try {
    const { folded, digits } = JSON.parse(shelf?.getItem(key) ?? "{}") as Record<string, unknown>;
    const texts = (given: readonly unknown[]): string[] => given.filter((one) => typeof one === "string");
    const pairs = Object.entries((digits ?? {}) as Record<string, unknown>).filter(([, id]) => typeof id === "string");
    return { folded: texts(Array.isArray(folded) ? folded : []), digits: Object.fromEntries(pairs) as Record<string, string> };
  } catch {
    return { folded: [], digits: {} };
  }
}
