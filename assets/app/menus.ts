/** Menus are <details>: they open without script; script closes them where a person expects it. */
export function startMenus(document: Document): void {
  const open = (): HTMLDetailsElement[] => [
    ...document.querySelectorAll<HTMLDetailsElement>("details.menu[open]"),
  ];
  // not "click": a tap on plain words is none on an iPhone
  document.addEventListener("pointerdown", (event) => {
    for (const menu of open()) {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
  const nav = document.querySelector<HTMLElement>(".nav");
  const current = nav?.querySelector<HTMLElement>("[aria-current]");
  if (nav && current) {
    nav.scrollLeft = current.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;
  }
}
