/** Says in words that a passkey was refused or cancelled; allauth's own script only tells the console. */
export function startWebauthn(document: Document): void {
  document.addEventListener("allauth.error", (event) => {
    const region = document.querySelector<HTMLElement>("[data-webauthn-failed]");
    if (!region) return;
    event.preventDefault();
    region.hidden = false;
    region.scrollIntoView({ block: "nearest" });
  });
}
