/** The names of a review. Places in code points, as the server counts. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A name as the page holds it. `chosen`: the numbers of the places where it goes; null: everywhere. */
export interface Told {
  readonly field: string;
  readonly term: string;
  readonly kind: string;
  readonly label: string;
  readonly why: string;
  readonly replaced: boolean;
  /** Of one that a reader added: where it was marked. */
  readonly marked: string;
  readonly places: readonly (readonly [number, number])[];
  readonly chosen: readonly number[] | null;
}

/** What goes back: field, whether it is replaced, kind, label, where (null: everywhere), where it was marked. */
export type Answer = readonly [string, boolean, string, string, readonly (readonly [number, number])[] | null, string];

/** One name: everywhere it stands, what stands for it, and where it is taken out. */
export class Name {
  readonly places: readonly Place[];
  readonly term: string;
  readonly why: string;
  label: string;
  kind: string;
  private replaced: boolean;
  private readonly chosen: boolean[];

  constructor(private readonly told: Told) {
    this.places = told.places.map(([start, end]) => ({ start, end }));
    this.term = told.term;
    this.why = told.why;
    this.label = told.label;
    this.kind = told.kind;
    this.replaced = told.replaced;
    this.chosen = told.places.map((_one, place) => told.chosen?.includes(place) ?? true);
  }

  get isReplaced(): boolean {
    return this.replaced;
  }

  get taken(): number {
    return this.replaced ? this.chosen.filter(Boolean).length : 0;
  }

  isTaken(place: number): boolean {
    return this.replaced && (this.chosen[place] ?? false);
  }

  /** Take it out in one place, or leave it there. The first place of a name that was left alone is the only one. */
  take(place: number, isTaken: boolean): void {
    if (isTaken && !this.replaced) this.chosen.fill(false);
    if (place in this.chosen) this.chosen[place] = isTaken;
    this.replaced = this.chosen.includes(true);
  }

  takeAll(isTaken: boolean): void {
    this.chosen.fill(true);
    this.replaced = isTaken;
  }

  answer(): Answer {
    const { field, places, marked } = this.told;
    const chosen = this.chosen.includes(false) ? places.filter((_one, place) => this.chosen[place]) : null;
    return [field, this.replaced, this.kind, this.label, chosen, marked];
  }
}

/** What the server found for words that were marked. */
export interface Found {
  readonly term: string;
  readonly kind: string;
  readonly label: string;
  /** start, end, what stands before, the words, what stands after. */
  readonly places: readonly (readonly [number, number, string, string, string])[];
}
