/** On a sheet of numbers Enter goes to the next box, as on a spreadsheet; the last one goes on to what follows it. */
export function startSheets(root: HTMLElement | Document): void {
  for (const sheet of root.querySelectorAll<HTMLTableElement>("table[data-sheet]")) {
    sheet.addEventListener("keydown", (event) => {
      const box = event.target;
      if (event.key !== "Enter" || !(box instanceof HTMLInputElement)) return;
      event.preventDefault();
      const boxes = [...(box.form?.elements ?? [])].filter(
        (element): element is HTMLElement =>
          element instanceof HTMLElement && element.getAttribute("type") !== "hidden" && element.getClientRects().length > 0,
      );
      const next = boxes[boxes.indexOf(box) + 1];
      next?.focus();
      if (next instanceof HTMLInputElement) next.select();
    });
  }
}
