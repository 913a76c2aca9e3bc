import { EditorSelection, type SelectionRange } from "@codemirror/state";
import type { EditorView, KeyBinding } from "@codemirror/view";

type Motion = (view: EditorView, range: SelectionRange) => SelectionRange;

/** A key that moves the caret and, with Shift, the end of what is selected. The whole text is reached, drawn or not. */
function moving(key: string, motion: Motion): KeyBinding {
  const go = (extend: boolean) => (view: EditorView): boolean => {
    const { main } = view.state.selection;
    const next = motion(view, main);
    const range = extend ? EditorSelection.range(main.anchor, next.head, next.goalColumn) : next;
    view.dispatch({ selection: EditorSelection.create([range]), scrollIntoView: true, userEvent: "select" });
    return true;
  };
  return { key, run: go(false), shift: go(true) };
}

function page(forward: boolean): Motion {
  return (view, range) => view.moveVertically(range, forward, view.scrollDOM.clientHeight * 0.9);
}

function sideways(forward: boolean): Motion {
  return (view, range) => view.moveByChar(range, forward);
}

export const moves: readonly KeyBinding[] = [
  moving("ArrowLeft", sideways(false)),
  moving("ArrowRight", sideways(true)),
  moving("Mod-ArrowLeft", (view, range) => view.moveByGroup(range, false)),
  moving("Mod-ArrowRight", (view, range) => view.moveByGroup(range, true)),
  moving("ArrowUp", (view, range) => view.moveVertically(range, false)),
  moving("ArrowDown", (view, range) => view.moveVertically(range, true)),
  moving("PageUp", page(false)),
  moving("PageDown", page(true)),
  moving("Home", (view, range) => view.moveToLineBoundary(range, false)),
  moving("End", (view, range) => view.moveToLineBoundary(range, true)),
  moving("Mod-Home", () => EditorSelection.cursor(0)),
  moving("Mod-End", (view) => EditorSelection.cursor(view.state.doc.length)),
  {
    key: "Mod-a",
    run: (view) => {
      view.dispatch({ selection: { anchor: 0, head: view.state.doc.length } });
      return true;
    },
  },
];
