/** Controls that the renderer draws without a name get that of their question, for who cannot see where they stand. */
let last = 0;

const isSeen = (element: HTMLElement): boolean => element.checkVisibility?.() ?? true;

function name(control: HTMLElement, label: HTMLElement): void {
  if (control.hasAttribute("aria-label") || control.hasAttribute("aria-labelledby")) return;
  const own = control instanceof HTMLInputElement ? [...(control.labels ?? [])] : [];
  const words = own.map((one) => one.textContent?.trim() ?? "").find(Boolean);
  // an empty one, or one that is drawn nowhere, names nothing
  if (words && own.some((one) => isSeen(one) && one.textContent?.trim())) return;
  if (control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)) {
    const choice = words ?? control.id.split("_").at(-1) ?? "";
    control.setAttribute("aria-label", [label.textContent?.trim(), choice].filter(Boolean).join(": "));
    return;
  }
  label.id ||= `form-question-${(last += 1)}`;
  control.setAttribute("aria-labelledby", label.id);
}

export function nameAll(place: ParentNode): void {
  for (const question of place.querySelectorAll<HTMLElement>(".question-container")) {
    const label = question.querySelector<HTMLElement>("label");
    if (!label) continue;
    for (const control of question.querySelectorAll<HTMLElement>("input, textarea, [role=combobox]")) name(control, label);
  }
}

/** Now, and whenever more of the form is drawn. */
export function keepNamed(place: HTMLElement): void {
  nameAll(place);
  new MutationObserver(() => nameAll(place)).observe(place, { childList: true, subtree: true });
}
