/** Themes are dragged to another lane of the board. The form on each card does the same without a mouse. */

export function board(root: HTMLElement): void {
  let held: HTMLElement | null = null;
  for (const card of root.querySelectorAll<HTMLElement>("[data-card]")) card.draggable = true;
  root.addEventListener("dragstart", (event) => {
    held = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-card]") : null;
    event.dataTransfer?.setData("text/plain", "");
  });
  root.addEventListener("dragover", (event) => {
    if (held && laneOf(event.target)) event.preventDefault();
  });
  root.addEventListener("drop", (event) => {
    const lane = laneOf(event.target);
    const form = held?.querySelector("form");
    const status = form?.querySelector<HTMLSelectElement>("select[name='status']");
    if (!lane || !form || !status || lane === held?.closest("[data-lane]")) return;
    event.preventDefault();
    status.value = lane.dataset.lane ?? status.value;
    form.submit();
  });
  root.addEventListener("dragend", () => {
    held = null;
  });
}

function laneOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-lane]") : null;
}

for (const root of document.querySelectorAll<HTMLElement>("[data-board]")) board(root);
