/**
 * The recording beside the transcript: a turn's time becomes a button that plays from there, and the turn that is
 * heard is marked. Without this script the player has its own controls and the times stand there to be read.
 */
interface Place {
  readonly turn: HTMLElement;
  readonly seconds: number;
}

export function placesIn(root: ParentNode): Place[] {
  return [...root.querySelectorAll<HTMLElement>("[data-seek]")].flatMap((mark) => {
    const turn = mark.closest<HTMLElement>(".turn");
    const seconds = Number(mark.dataset.seek) / 1000;
    return turn && Number.isFinite(seconds) ? [{ turn, seconds }] : [];
  });
}

/** The last place that begins at or before a moment; places are in order of the text, which need not be of time. */
export function placeAt(places: readonly Place[], seconds: number): Place | null {
  let found: Place | null = null;
  for (const place of places) {
    if (place.seconds <= seconds && (!found || place.seconds >= found.seconds)) found = place;
  }
  return found;
}

function makeButton(mark: HTMLElement, audio: HTMLAudioElement): void {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "turn-time seek";
  button.textContent = mark.textContent;
  button.setAttribute("aria-label", `${audio.dataset.playFrom ?? ""} ${mark.textContent ?? ""}`.trim());
  button.dataset.seek = mark.dataset.seek;
  button.addEventListener("click", () => {
    audio.currentTime = Number(mark.dataset.seek) / 1000;
    void audio.play();
  });
  mark.replaceWith(button);
}

function start(): void {
  const audio = document.querySelector<HTMLAudioElement>("[data-listening] audio");
  if (!audio) return;
  for (const mark of document.querySelectorAll<HTMLElement>("span[data-seek]")) makeButton(mark, audio);
  const places = placesIn(document);
  let heard: Place | null = null;
  audio.addEventListener("timeupdate", () => {
    const place = placeAt(places, audio.currentTime + 0.05);
    if (place === heard) return;
    heard?.turn.classList.remove("is-heard");
    place?.turn.classList.add("is-heard");
    heard = place;
  });
}

start();
