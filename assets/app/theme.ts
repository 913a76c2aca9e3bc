/** Light, dark, or as the device says. A cookie, so that the server sends the right one at once. */
export type Theme = "light" | "dark" | "auto";

const YEAR = 60 * 60 * 24 * 365;

function isTheme(value: string | undefined): value is Theme {
  return value === "light" || value === "dark" || value === "auto";
}

export function applyTheme(document: Document, theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const secure = document.location.protocol === "https:" ? "; Secure" : "";
  const age = theme === "auto" ? 0 : YEAR;
  document.cookie = `throughline_theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}

export function startTheme(document: Document): void {
  const now = document.documentElement.dataset.theme;
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-choice]")) {
    const choice = button.dataset.themeChoice;
    button.setAttribute("aria-pressed", String(choice === (now ?? "auto")));
    button.addEventListener("click", () => {
      if (isTheme(choice)) applyTheme(document, choice);
    });
  }
}
