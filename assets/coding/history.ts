import type { Coding } from "./store";
import type { Change } from "./wire";

/** Looks a coding up as it stands on the screen. */
export type Lookup = (id: string) => Coding | undefined;

/** A change without the version it rests on, which is known only when it is sent. */
export type Intent =
  | Exclude<Change, { do: "move" }>
  | { readonly do: "move"; readonly id: string; readonly start: number; readonly end: number };

export interface Step {
  readonly label: string;
  readonly undo: readonly Intent[];
}

/** Intents as the server takes them: a move says which version it has seen. */
export function changesOf(intents: readonly Intent[], lookup: Lookup): Change[] {
  return intents.map((one) =>
    one.do === "move" ? { ...one, base: lookup(one.id)?.version ?? 1 } : one,
  );
}

/** What takes intents back, in the opposite order, from how things stand before them. */
export function inverse(intents: readonly Intent[], lookup: Lookup): Intent[] {
  const found: Intent[] = [];
  for (const one of intents) {
    if (one.do === "apply" || one.do === "restore") found.unshift({ do: "remove", id: one.id });
    else if (one.do === "remove") found.unshift({ do: "restore", id: one.id });
    else {
      const before = lookup(one.id);
      if (before) found.unshift({ do: "move", id: one.id, start: before.start, end: before.end });
    }
  }
  return found;
}

/** What was done, to be undone and done again. It holds ids and places only. */
export class History {
  private done: Step[] = [];
  private undone: Step[] = [];

  constructor(private readonly most = 200) {}

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  record(step: Step): void {
    this.done.push(step);
    if (this.done.length > this.most) this.done.shift();
    this.undone = [];
  }

  /** The last step, taken off; what does it again waits among the undone. Null: there is none. */
  undo(lookup: Lookup): Step | null {
    return this.pass(this.done, this.undone, lookup);
  }

  redo(lookup: Lookup): Step | null {
    return this.pass(this.undone, this.done, lookup);
  }

  /** A step that the server refused: neither it nor its opposite can be asked for again. */
  forget(ids: ReadonlySet<string>): void {
    const without = (steps: Step[]): Step[] =>
      steps.filter((step) => !step.undo.some((one) => ids.has(one.id)));
    this.done = without(this.done);
    this.undone = without(this.undone);
  }

  private pass(from: Step[], to: Step[], lookup: Lookup): Step | null {
    const step = from.pop();
    if (!step) return null;
    to.push({ label: step.label, undo: inverse(step.undo, lookup) });
    return step;
  }
}
