import type { Span } from "./passages";

export interface ThemingEvents {
  selection(): Span;
  /** What the server says it did, or null where it did nothing: then the page has said why. */
  place(theme: string, act: string, span: Span): Promise<string | null>;
  /** Nothing is selected, or no theme chosen. */
  lacks(): string;
}

/** What is selected, placed with a theme or chosen as a quote of it. */
export function openTheming(form: HTMLFormElement | null, events: ThemingEvents): void {
  const told = form?.querySelector<HTMLElement>("[data-themed]");
  if (!form || !told) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const theme = form.querySelector("select")?.value ?? "";
    const act = (event.submitter as HTMLButtonElement | null)?.value ?? "";
    const span = events.selection();
    told.textContent = "";
    if (!theme || span.from === span.to) {
      told.textContent = events.lacks();
      return;
    }
    void events.place(theme, act, span).then((said) => {
      told.textContent = said ?? "";
    });
  });
}
