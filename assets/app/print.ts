/** A button that prints the page. Without a script there is none: the browser's own menu does the same. */
export function startPrint(root: HTMLElement | Document): void {
  for (const press of root.querySelectorAll<HTMLButtonElement>("button[data-print]")) {
    press.hidden = false;
    press.addEventListener("click", () => print());
  }
}
