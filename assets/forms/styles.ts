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
