/** Codes are dragged to another place in the codebook. The buttons beside each code do the same without a mouse. */

interface Drop {
  parent: string;
  before: string;
  mark: HTMLElement;
  where: "before" | "under";
}

const MARKS = ["drop-before", "drop-under"];

function codeOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-code]") : null;
}

/** What dropping on a code at this height means: before it in the upper half, under it in the lower. */
export function dropOn(code: HTMLElement, y: number): Drop {
  const row = code.querySelector<HTMLElement>(":scope > .codebook-row") ?? code;
  const box = row.getBoundingClientRect();
  const id = code.dataset.code ?? "";
  if (y < box.top + box.height / 2) {
    const above = code.parentElement?.closest<HTMLElement>("[data-code]");
    return { parent: above?.dataset.code ?? "", before: id, mark: code, where: "before" };
  }
  return { parent: id, before: "", mark: code, where: "under" };
}

function unmark(form: HTMLElement): void {
  for (const one of form.querySelectorAll(".drop-before, .drop-under")) one.classList.remove(...MARKS);
}

function put(form: HTMLFormElement, name: string, value: string): void {
  const field = form.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  if (field) field.value = value;
}

export function dragging(form: HTMLFormElement): void {
  let held: HTMLElement | null = null;
  for (const code of form.querySelectorAll<HTMLElement>("[data-code]")) code.draggable = true;
  form.addEventListener("dragstart", (event) => {
    held = codeOf(event.target);
    event.dataTransfer?.setData("text/plain", "");
    held?.classList.add("is-held");
  });
  form.addEventListener("dragover", (event) => {
    const code = codeOf(event.target);
    if (!held || !code || held.contains(code)) return;
    event.preventDefault();
    unmark(form);
    const drop = dropOn(code, event.clientY);
    drop.mark.classList.add(`drop-${drop.where}`);
  });
  form.addEventListener("drop", (event) => {
    const code = codeOf(event.target);
    if (!held || !code || held.contains(code)) return;
    event.preventDefault();
    const drop = dropOn(code, event.clientY);
    put(form, "code", held.dataset.code ?? "");
    put(form, "parent", drop.parent);
    put(form, "before", drop.before);
    form.submit();
  });
  form.addEventListener("dragend", () => {
    held?.classList.remove("is-held");
    held = null;
    unmark(form);
  });
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-code-tree]")) dragging(form);
