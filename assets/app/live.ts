/** Says what went wrong when a part of a page could not be fetched; the words come from the page. */
export function startLive(document: Document): void {
  const region = document.querySelector<HTMLElement>("[data-live-errors]");
  if (!region) return;
  const say = (message: string | undefined): void => {
    const text = region.querySelector<HTMLElement>("[data-live-text]");
    if (!text || !message) return;
    text.textContent = message;
    region.hidden = false;
  };
  document.addEventListener("htmx:sendError", () => say(region.dataset.offline));
  document.addEventListener("htmx:timeout", () => say(region.dataset.offline));
  document.addEventListener("htmx:responseError", () => say(region.dataset.failed));
  document.addEventListener("htmx:afterRequest", (event) => {
    if ((event as CustomEvent<{ successful?: boolean }>).detail.successful) region.hidden = true;
  });
}
