/** Conveniences of plain forms: steppers, one submit at a time, errors that take the focus. */

function startStepper(stepper: HTMLElement): void {
  const input = stepper.querySelector<HTMLInputElement>("input");
  const down = stepper.querySelector<HTMLButtonElement>("[data-step='down']");
  const up = stepper.querySelector<HTMLButtonElement>("[data-step='up']");
  if (!input || !down || !up || stepper.classList.contains("is-live")) return;
  stepper.classList.add("is-live");
  down.hidden = false;
  up.hidden = false;
  const move = (step: () => void): void => {
    // an empty field is "not recorded", so that the first press makes it the smallest number
    if (input.value === "") input.value = input.min || "0";
    else step();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  down.addEventListener("click", () => move(() => input.stepDown()));
  up.addEventListener("click", () => {
    const wasEmpty = input.value === "";
    move(() => input.stepUp());
    if (wasEmpty && Number(input.value) === 0) input.stepUp();
  });
}

function startSubmitOnce(form: HTMLFormElement): void {
  if (form.dataset.once === "live") return;
  form.dataset.once = "live";
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
}

export function startForms(root: ParentNode): void {
  root.querySelectorAll<HTMLElement>(".stepper").forEach(startStepper);
  root.querySelectorAll<HTMLFormElement>("form.form[method='post']:not([data-download])").forEach(startSubmitOnce);
  root.querySelector<HTMLElement>("[data-form-errors]")?.focus();
}

// back from the next page, the form may be sent again
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});
