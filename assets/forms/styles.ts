/**
 * The renderer writes style elements while it runs. The page's content policy allows those that carry its nonce and no
 * others, so each gets it as it is made. Inline style attributes stay forbidden: the renderer sets styles by script alone.
 */
export function signStyles(nonce: string): void {
  const make = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = make(name, options);
    if (name === "style") element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}

/** Where the renderer draws: in its place, and over the page what it opens. */
const OWN = ":where([data-form-place], .p-datepicker-panel, .p-select-overlay, .p-multiselect-overlay, .p-menu, .p-dialog)";

/** The renderer begins by taking the looks of every element on the page back: of its own it may, of the page it may not. */
export function keepToItsPlace(): void {
  const reset = document.head.firstElementChild;
  if (reset instanceof HTMLStyleElement) reset.textContent = `${OWN} {\n${reset.textContent ?? ""}\n}`;
}
