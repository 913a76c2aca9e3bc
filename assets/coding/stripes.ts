import { type EditorView, layer, type LayerMarker } from "@codemirror/view";
import { drawn } from "./marks";
import { type Drawn, firstBeyond } from "./passages";
import { LANE, MOST_LANES } from "./theme";

const NAME_HEIGHT = 15;
const ROOM_FOR_NAMES = 560;
const NAMES = 124;
const WIDE_NAMES = 176;
const ROOM_FOR_WIDE_NAMES = 760;

/** A stripe in the margin, or the name beside it: both with the code's name to read and to point at. */
export class Bar implements LayerMarker {
  private readonly key: string;

  constructor(
    readonly one: Drawn,
    readonly kind: "ws-stripe" | "ws-name",
    readonly isActive: boolean,
    readonly left: number,
    readonly top: number,
    readonly width: number,
    readonly height: number,
    /** Those drawn together that do not stand in the page yet. */
    private readonly coming: Set<string>,
  ) {
    this.key = `${kind} ${one.id}`;
    coming.add(this.key);
  }

  eq(other: Bar): boolean {
    return (
      this.one === other.one &&
      this.kind === other.kind &&
      this.isActive === other.isActive &&
      this.left === other.left &&
      this.top === other.top &&
      this.width === other.width &&
      this.height === other.height
    );
  }

  draw(): HTMLElement {
    const element = document.createElement("div");
    this.show(element, null);
    return element;
  }

  /** Not of one that comes later: then this stands before it, and it and all after it stay as they are. */
  update(element: HTMLElement, before: Bar): boolean {
    if (before.key !== this.key && this.coming.has(before.key)) return false;
    this.show(element, before);
    return true;
  }

  private show(element: HTMLElement, before: Bar | null): void {
    this.coming.delete(this.key);
    const { one } = this;
    if (before?.one !== one || before.kind !== this.kind || before.isActive !== this.isActive) {
      const others = one.isOwn ? "" : " is-others";
      element.className = `${this.kind} hue-${one.hue}${others}${this.isActive ? " is-active" : ""}`;
    }
    if (before?.one !== one || before.kind !== this.kind) {
      element.dataset.coding = one.id;
      element.title = `${one.name} (${one.who})`;
      const name = one.isOwn ? one.name : `${one.name} · ${one.who}`;
      element.textContent = this.kind === "ws-name" ? name : "";
    }
    if (before?.left !== this.left) element.style.left = `${this.left}px`;
    if (before?.top !== this.top) element.style.top = `${this.top}px`;
    if (before?.height !== this.height) element.style.height = `${this.height}px`;
    const width = (bar: Bar | null): string => (bar?.kind === "ws-name" ? `${bar.width}px` : "");
    if (width(before) !== width(this)) element.style.width = width(this);
  }
}

/** How wide the margin must be for the deepest overlap of the text. */
export function marginOf(room: number, depth: number): number {
  const lanes = Math.max(1, Math.min(depth, MOST_LANES)) * LANE;
  return lanes + (room >= ROOM_FOR_WIDE_NAMES ? WIDE_NAMES : room >= ROOM_FOR_NAMES ? NAMES : 4);
}

function bars(view: EditorView): Bar[] {
  const { laid, active } = view.state.field(drawn);
  // what of a long line is far out of sight is in the viewport, and is not rendered
  const from = view.visibleRanges[0]?.from ?? view.viewport.from;
  const to = view.visibleRanges.at(-1)?.to ?? view.viewport.to;
  const box = view.scrollDOM.getBoundingClientRect();
  const down = view.scrollDOM.scrollTop - box.top;
  const margin = marginOf(view.scrollDOM.clientWidth, laid.depth);
  const left = view.contentDOM.getBoundingClientRect().right - box.left - margin - 4;
  const lanesWidth = Math.min(Math.max(laid.depth, 1), MOST_LANES) * LANE;
  const nameWidth = margin - lanesWidth - 8;
  const found: Bar[] = [];
  const names: Bar[] = [];
  const coming = new Set<string>();
  let free = Number.NEGATIVE_INFINITY;
  for (let place = firstBeyond(laid, from); place < laid.codings.length; place += 1) {
    const one = laid.codings[place];
    if (!one || one.from >= to) break;
    if (one.to <= from) continue;
    const top = edge(view, Math.max(one.from, from), 1, "top") + down;
    const bottom = edge(view, Math.min(one.to, to), -1, "bottom") + down;
    const lane = Math.min(laid.lanes[place] ?? 0, MOST_LANES - 1);
    const isActive = active === one.id;
    const height = Math.max(bottom - top, 4);
    found.push(new Bar(one, "ws-stripe", isActive, left + lane * LANE, top, LANE - 3, height, coming));
    const at = Math.max(top, free);
    if (nameWidth > 40 && at <= bottom + NAME_HEIGHT) {
      names.push(new Bar(one, "ws-name", isActive, left + lanesWidth + 4, at, nameWidth, NAME_HEIGHT, coming));
      free = at + NAME_HEIGHT;
    }
  }
  return [...found, ...names];
}

/** Where a place lies in the window; one that is not rendered lies where its line's block does. */
function edge(view: EditorView, at: number, side: -1 | 1, which: "top" | "bottom"): number {
  const place = view.coordsAtPos(at, side);
  return place ? place[which] : view.documentTop + view.lineBlockAt(at)[which];
}

export const stripes = layer({
  above: true,
  class: "ws-stripes",
  update: (update) =>
    update.docChanged ||
    update.viewportChanged ||
    update.geometryChanged ||
    update.startState.field(drawn) !== update.state.field(drawn),
  markers: bars,
});
