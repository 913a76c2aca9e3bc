/**
 * Places in a text: the server counts code points (as Python does), a browser UTF-16 units, in which an
 * emoji is two. Only characters outside the basic plane make a difference, so only they are remembered.
 */
export class Places {
  /** For every such character, in order: at which code point it stands. */
  private readonly astral: number[] = [];
  readonly codePoints: number;

  constructor(readonly text: string) {
    if (!/[\ud800-\udbff]/.test(text)) {
      this.codePoints = text.length;
      return;
    }
    let point = 0;
    for (let unit = 0; unit < text.length; unit += 1, point += 1) {
      const code = text.charCodeAt(unit);
      if (code >= 0xd800 && code <= 0xdbff && isLow(text.charCodeAt(unit + 1))) {
        this.astral.push(point);
        unit += 1;
      }
    }
    this.codePoints = point;
  }

  /** UTF-16 units before a code point. */
  toUnits(point: number): number {
    return point + this.before(point);
  }

  /** Code points before a UTF-16 unit; the middle of a pair counts as its beginning. */
  toPoints(unit: number): number {
    // astral[i] stands at unit astral[i] + i; how many of them begin before `unit`
    let low = 0;
    let high = this.astral.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.astral[middle] ?? 0) + middle + 1 < unit) low = middle + 1;
      else high = middle;
    }
    const point = unit - low;
    // a unit in the middle of a pair lies one beyond that character's first
    return this.astral[low] === point - 1 ? point - 1 : point;
  }

  private before(point: number): number {
    let low = 0;
    let high = this.astral.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.astral[middle] ?? 0) < point) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
