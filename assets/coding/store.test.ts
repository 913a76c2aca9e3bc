import { describe, expect, it } from "vitest";
import { changesOf, History, type Intent, inverse } from "./history";
import { Store } from "./store";
import type { Feed, Row } from "./wire";

function feed(at: number, rows: Row[], isBlind = false): Feed {
  return { at, text_version: 1, is_blind: isBlind, codes: ["c", "d"], people: [["me", "Ama"], ["you", "Ben"]], rows };
}

function row(id: string, start: number, end: number, version: number, change: number, stands = 1, who = 0): Row {
  return [id, 0, start, end, who, version, change, stands];
}

function places(store: Store): Record<string, [number, number]> {
  return Object.fromEntries(store.standing().map((one) => [one.id, [one.start, one.end]]));
}

describe("Store", () => {
  it("keeps the newest of what it is told, whatever comes last", () => {
    const store = new Store("me");
    store.take(feed(5, [row("a", 0, 9, 2, 5)]));
    store.learn(feed(4, [row("a", 0, 3, 1, 4)]));
    expect(places(store)).toEqual({ a: [0, 9] });
    store.take(feed(6, [row("a", 0, 9, 2, 6, 0)]));
    store.learn(feed(5, [row("a", 0, 9, 2, 5)]));
    expect(places(store)).toEqual({});
    expect(store.at).toBe(6);
  });

  it("shows what was asked for before the answer, and the answer after it", () => {
    const store = new Store("me");
    store.take(feed(1, [row("a", 0, 5, 1, 1)]));
    store.expect([
      { do: "apply", id: "b", code: "d", start: 2, end: 3 },
      { do: "move", id: "a", start: 0, end: 7, base: 1 },
      { do: "move", id: "b", start: 2, end: 4, base: 1 },
    ]);
    expect(places(store)).toEqual({ a: [0, 7], b: [2, 4] });
    expect(store.get("b")?.version).toBe(2);
    store.expect([]);
    expect(places(store)).toEqual({ a: [0, 5] });
  });

  it("stands as it was drawn when the server confirms what was asked, and holds the server's numbers", () => {
    const store = new Store("me");
    store.take(feed(1, [row("a", 0, 5, 1, 1)]));
    store.expect([{ do: "apply", id: "b", code: "c1", start: 1, end: 3 }]);
    const stood = store.standing();
    expect(stood.map((one) => one.id)).toEqual(["a", "b"]);
    const answered = { codes: ["c1"], people: [["me", "Me"]] as const, rows: [["b", 0, 1, 3, 0, 1, 7, 1]] as const };
    expect([store.learn(answered), store.expect([])]).toEqual([true, true]);
    expect(store.standing()).toBe(stood);
    expect(store.get("b")?.change).toBe(7);
    store.learn({ ...answered, rows: [["b", 0, 1, 4, 0, 2, 8, 1]] });
    expect(places(store)).toEqual({ a: [0, 5], b: [1, 4] });
  });

  it("tells what was added to what stood, by whomever, and nothing where more changed than that", () => {
    const store = new Store("me");
    store.take(feed(1, [row("a", 0, 5, 1, 1)]));
    const added = (stood: ReturnType<Store["standing"]>) => store.addedTo(stood)?.map((one) => one.id) ?? null;
    const first = store.standing();
    store.expect([{ do: "apply", id: "b", code: "c", start: 1, end: 3 }]);
    expect(added(first)).toEqual(["b"]);
    const second = store.standing();
    store.learn({ codes: ["c"], people: [["me", "Me"]], rows: [row("b", 1, 3, 1, 2)] });
    store.expect([]);
    expect(store.standing()).toBe(second);
    store.take(feed(3, [row("x", 7, 9, 1, 3, 1, 1), row("y", 7, 9, 1, 3, 0, 1)]));
    expect(added(second)).toEqual(["x"]);
    expect(added(first)).toBeNull();
    const third = store.standing();
    expect(third.map((one) => one.id)).toEqual(["a", "b", "x"]);
    store.expect([{ do: "remove", id: "a" }, { do: "apply", id: "c", code: "c", start: 1, end: 3 }]);
    expect(added(third)).toBeNull();
    expect(store.standing().map((one) => one.id)).toEqual(["b", "x", "c"]);
    const fourth = store.standing();
    // another page of the same person took one off; then a colleague's comes in where one's own waits
    store.take(feed(5, [row("b", 1, 3, 1, 5, 0)]));
    expect(added(fourth)).toBeNull();
    store.expect([]);
    store.take(feed(6, [row("a", 0, 5, 1, 1), row("z", 0, 2, 1, 6, 1, 1)]));
    expect(store.standing().map((one) => one.id)).toEqual(["a", "x", "z"]);
  });

  it("asks for all anew where a blind round opened or closed", () => {
    const store = new Store("me");
    expect(store.take(feed(9, [row("a", 0, 5, 1, 9, 1, 1)]))).toBe("codings");
    const stood = store.standing();
    expect(store.take(feed(9, [row("a", 0, 5, 1, 9, 1, 1)]))).toBe("nothing");
    expect([store.expect([]), store.standing() === stood]).toEqual([false, true]);
    expect(store.take(feed(9, [], true))).toBe("other eyes");
    expect([places(store), store.at, store.onlyOwn]).toEqual([{}, 0, true]);
    expect(store.take(feed(9, [], true))).toBe("nothing");
  });
});

describe("History", () => {
  /** Intents carried out at once, as the screen shows them. */
  function world(): { store: Store; act: (intents: readonly Intent[]) => void } {
    const store = new Store("me");
    store.take(feed(1, [row("a", 0, 5, 1, 1)]));
    const asked: ReturnType<typeof changesOf> = [];
    return {
      store,
      act: (intents) => {
        asked.push(...changesOf(intents, (id) => store.get(id)));
        store.expect([...asked]);
      },
    };
  }

  it("undoes and redoes every kind of change, back to the very same places", () => {
    const { store, act } = world();
    const history = new History();
    const lookup = (id: string) => store.get(id);
    const steps: Intent[][] = [
      [
        { do: "apply", id: "b", code: "c", start: 1, end: 2 },
        { do: "apply", id: "x", code: "d", start: 1, end: 2 },
      ],
      [{ do: "move", id: "a", start: 0, end: 9 }],
      [{ do: "remove", id: "b" }],
      [{ do: "move", id: "x", start: 0, end: 2 }],
      [{ do: "restore", id: "b" }],
    ];
    const seen = [places(store)];
    for (const step of steps) {
      history.record({ label: "", undo: inverse(step, lookup) });
      act(step);
      seen.push(places(store));
    }
    const back = (): void => act(history.undo(lookup)?.undo ?? []);
    const forth = (): void => act(history.redo(lookup)?.undo ?? []);
    for (let round = 0; round < 2; round += 1) {
      for (let place = steps.length - 1; place >= 0; place -= 1) {
        back();
        expect(places(store)).toEqual(seen[place]);
      }
      expect(history.canUndo).toBe(false);
      for (let place = 1; place <= steps.length; place += 1) {
        forth();
        expect(places(store)).toEqual(seen[place]);
      }
      expect(history.canRedo).toBe(false);
    }
  });

  it("says with a move which version it rests on, and forgets what was refused", () => {
    const { store, act } = world();
    const history = new History();
    const move: Intent[] = [{ do: "move", id: "a", start: 0, end: 9 }];
    history.record({ label: "", undo: inverse(move, (id) => store.get(id)) });
    act(move);
    expect(changesOf(move, (id) => store.get(id))[0]).toMatchObject({ base: 2 });
    history.forget(new Set(["a"]));
    expect(history.undo((id) => store.get(id))).toBeNull();
  });
});
