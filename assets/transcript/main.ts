import { type Span, spanOfRange, spanOfTurn } from "./offsets";

/**
 * Select words in a transcript and the plain form beside it is filled with where they lie. What may be
 * coded and by whom, and whether the numbers fit the source, is the server's to decide.
 */
interface Form {
  readonly start: HTMLInputElement;
  readonly end: HTMLInputElement;
  readonly shown: HTMLElement | null;
}

function formOf(transcript: HTMLElement): Form | null {
  const form = document.getElementById(transcript.dataset.form ?? "");
  const start = form?.querySelector<HTMLInputElement>("[name='start']");
  const end = form?.querySelector<HTMLInputElement>("[name='end']");
  if (!form || !start || !end) return null;
  return { start, end, shown: form.querySelector<HTMLElement>("[data-coding-selection]") };
}

function fill(form: Form, span: Span): void {
  form.start.value = String(span.start);
  form.end.value = String(span.end);
  if (form.shown) form.shown.textContent = span.text;
  for (const field of [form.start, form.end]) {
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function followSelection(transcript: HTMLElement, form: Form): void {
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!selection || selection.rangeCount === 0) return;
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(transcript)) return;
    const span = spanOfRange(transcript, range);
    if (span) fill(form, span);
  });
}

/** Arrow keys walk the turns; Enter takes the whole turn; Escape goes to the form. */
function followKeys(transcript: HTMLElement, form: Form): void {
  const turns = [...transcript.querySelectorAll<HTMLElement>(".turn")];
  const reach = (next: HTMLElement | undefined): void => {
    if (!next) return;
    for (const turn of turns) turn.tabIndex = turn === next ? 0 : -1;
    next.focus();
  };
  turns.forEach((turn, index) => {
    turn.tabIndex = index === 0 ? 0 : -1;
    turn.addEventListener("keydown", (event) => {
      if (event.target !== turn || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowDown") reach(turns[index + 1]);
      else if (event.key === "ArrowUp") reach(turns[index - 1]);
      else if (event.key === "Enter") choose(turn, turns, form);
      else if (event.key === "Escape") form.start.focus();
      else return;
      event.preventDefault();
    });
  });
}

function choose(turn: HTMLElement, turns: HTMLElement[], form: Form): void {
  const text = turn.querySelector<HTMLElement>("[data-turn-text]");
  if (!text) return;
  for (const other of turns) other.classList.toggle("is-chosen", other === turn);
  // the browser's own selection follows, or an older one would be taken up again at its next event
  document.getSelection()?.selectAllChildren(text);
  fill(form, spanOfTurn(text));
}

for (const transcript of document.querySelectorAll<HTMLElement>("[data-transcript]")) {
  const form = formOf(transcript);
  if (form) {
    followSelection(transcript, form);
    followKeys(transcript, form);
  }
}
