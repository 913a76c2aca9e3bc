import { EditorView } from "@codemirror/view";

const HUES = [1, 2, 3, 4, 5, 6, 7, 8];

export const LANE = 7;
export const MOST_LANES = 12;

/**
 * The look of the text. It lives in a shadow root, where the editor's styles are adopted sheets: the content policy
 * needs no exception. Colours are the page's own properties, which reach into it.
 */
export const look = EditorView.theme({
  "&": {
    height: "100%",
    color: "var(--ink)",
    backgroundColor: "var(--surface)",
    fontSize: "1.0938rem",
  },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--serif)", lineHeight: "1.65", overflowX: "hidden" },
  ".cm-content": {
    paddingBlock: "0.75rem",
    paddingInlineStart: "0.25rem",
    // lanes and, where there is room, the names beside them
    paddingInlineEnd: "calc(var(--margin, 3rem) + 0.75rem)",
    // a line that can be read, with its stripes right beside it
    maxInlineSize: "calc(46rem + var(--margin, 3rem))",
    caretColor: "var(--thread)",
  },
  ".cm-line": { paddingInline: "0.5rem 0" },
  "& .cm-content ::selection": { backgroundColor: "color-mix(in srgb, var(--thread) 30%, transparent)" },
  ".cm-gutters": {
    backgroundColor: "var(--surface)",
    color: "var(--muted)",
    borderInlineEnd: "1px solid var(--rule)",
    fontFamily: "var(--sans)",
    fontSize: "0.75rem",
    fontVariantNumeric: "tabular-nums",
  },
  ".cm-lineNumbers .cm-gutterElement": { lineHeight: "2.4", paddingInline: "0.4rem" },
  ".ws-speaker": {
    paddingInlineStart: "0.5rem",
    color: "var(--muted)",
    fontFamily: "var(--sans)",
    fontSize: "0.875rem",
    fontWeight: "600",
    // padding, not margin: the editor measures it
    paddingBlockStart: "0.5rem",
    userSelect: "none",
  },
  ".ws-turn": { fontWeight: "400", marginInlineEnd: "0.5em" },
  ".ws-between": { color: "var(--muted)", fontFamily: "var(--sans)", fontSize: "0.875rem" },
  mark: {
    "--hue": "var(--hue-8)",
    color: "inherit",
    paddingBlock: "0.1em",
    backgroundColor: "color-mix(in srgb, var(--hue) 16%, transparent)",
    borderBlockEnd: "2px solid var(--hue)",
  },
  "mark.is-overlap": {
    backgroundColor: "color-mix(in srgb, var(--hue) 28%, transparent)",
    borderBlockEnd: "4px double var(--hue)",
  },
  "mark.is-active": { boxShadow: "0 0 0 2px var(--thread)" },
  ".ws-chosen": { backgroundColor: "color-mix(in srgb, var(--thread) 18%, transparent)" },
  ".ws-stripes": { pointerEvents: "none" },
  ".ws-stripe": {
    "--hue": "var(--hue-8)",
    position: "absolute",
    inlineSize: `${LANE - 3}px`,
    borderRadius: "2px",
    backgroundColor: "var(--hue)",
    pointerEvents: "auto",
    cursor: "pointer",
  },
  ".ws-stripe.is-others": {
    backgroundColor: "transparent",
    border: "1.5px solid var(--hue)",
  },
  ".ws-stripe.is-active": { outline: "2px solid var(--thread)", outlineOffset: "1px" },
  ".ws-name": {
    "--hue": "var(--hue-8)",
    position: "absolute",
    overflow: "hidden",
    whiteSpace: "nowrap",
    textOverflow: "ellipsis",
    fontFamily: "var(--sans)",
    fontSize: "0.75rem",
    lineHeight: "1.2",
    color: "var(--hue)",
    pointerEvents: "auto",
    cursor: "pointer",
  },
  ...Object.fromEntries(
    HUES.map((hue) => [`.hue-${hue}, mark.hue-${hue}`, { "--hue": `var(--hue-${hue}) !important` }]),
  ),
});
