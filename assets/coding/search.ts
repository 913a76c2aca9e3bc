import { find, make, say, type Words } from "./dom";
import type { Span } from "./passages";
import type { Wanted } from "./search-worker";

const MOST = 500;
const AROUND = 40;
const LONGEST = 3_000;

export interface SearchEvents {
  go(span: Span): void;
  code(hits: readonly Span[], code: string): void;
}

/** Look for words or a regular expression in this source; review the hits; code those that are ticked. */
export class Search {
  private readonly pattern: HTMLInputElement;
  private readonly isRegular: HTMLInputElement;
  private readonly count: HTMLElement;
  private readonly list: HTMLElement;
  private readonly code: HTMLSelectElement | null;
  private hits: Span[] = [];

  constructor(
    private readonly root: HTMLDetailsElement,
    private readonly text: string,
    private readonly words: Words,
    private readonly turnAt: (at: number) => string,
    private readonly events: SearchEvents,
  ) {
    this.pattern = find<HTMLInputElement>(root, "pattern");
    this.isRegular = find<HTMLInputElement>(root, "regular");
    this.count = find(root, "hits");
    this.list = find(root, "hit-list");
    this.code = root.querySelector<HTMLSelectElement>("[data-hit-code]");
    find<HTMLFormElement>(root, "search").addEventListener("submit", (event) => {
      event.preventDefault();
      const isCoding = (event.submitter as HTMLElement | null)?.hasAttribute("data-code-hits") ?? false;
      if (isCoding) this.codeTicked();
      else void this.look();
    });
    this.list.addEventListener("click", (event) => {
      const place = (event.target as HTMLElement).closest<HTMLElement>("[data-hit]")?.dataset.hit;
      const hit = place === undefined ? undefined : this.hits[Number(place)];
      if (hit) this.events.go(hit);
    });
  }

  open(): void {
    this.root.open = true;
    this.pattern.focus();
    this.pattern.select();
  }

  offer(codes: readonly { id: string; name: string; depth: number }[]): void {
    if (!this.code) return;
    const chosen = this.code.value;
    this.code.replaceChildren(
      make("option", { value: "" }, "–"),
      ...codes.map((one) => make("option", { value: one.id }, "\u00a0\u00a0".repeat(one.depth) + one.name)),
    );
    this.code.value = codes.some((one) => one.id === chosen) ? chosen : "";
  }

  private async look(): Promise<void> {
    const wanted = { text: this.text, pattern: this.pattern.value, isRegular: this.isRegular.checked, most: MOST };
    const found = await looked(wanted);
    this.hits = found.hits ?? [];
    if (found.hits) {
      const sentence = this.hits.length >= MOST ? "hits_most" : this.hits.length ? "hits" : "no_hits";
      this.show(say(this.words, sentence, { count: this.hits.length }));
    } else this.show(found.why === null ? say(this.words, "too_long") : say(this.words, "bad_pattern", { why: found.why }));
  }

  private show(sentence: string): void {
    this.count.textContent = sentence;
    this.list.replaceChildren(...this.hits.map((hit, place) => this.row(hit, place)));
    this.list.hidden = !this.hits.length;
    find(this.root, "code-hits-row").hidden = !this.hits.length || !this.code;
  }

  private row(hit: Span, place: number): HTMLElement {
    const left = this.text.slice(Math.max(0, hit.from - AROUND), hit.from);
    const right = this.text.slice(hit.to, hit.to + AROUND);
    const turn = this.turnAt(hit.from);
    const tick = make("input", {
      type: "checkbox", checked: true, value: String(place),
      "aria-label": say(this.words, "hit", { place: place + 1, words: this.text.slice(hit.from, hit.to) }),
    }); // prettier-ignore
    const words = make(
      "button",
      { type: "button", class: "ws-hit said", "data-hit": String(place) },
      make("span", { class: "muted small" }, turn ? `${turn} ` : ""),
      left,
      make("b", {}, this.text.slice(hit.from, hit.to)),
      right,
    );
    return make("li", {}, ...(this.code ? [tick] : []), words);
  }

  private codeTicked(): void {
    const code = this.code?.value;
    if (!code) {
      this.count.textContent = say(this.words, "choose_code");
      this.code?.focus();
      return;
    }
    const ticked = [...this.list.querySelectorAll<HTMLInputElement>("input:checked")];
    const hits = ticked.map((box) => this.hits[Number(box.value)]).filter((hit) => hit !== undefined);
    if (hits.length) this.events.code(hits, code);
  }
}

interface Found {
  readonly hits?: Span[];
  /** Why there are none: in words, or null where it took too long. */
  readonly why: string | null;
}

/** Searched in a worker of its own, which is ended when it takes too long. */
function looked(wanted: Wanted): Promise<Found> {
  const worker = new Worker(new URL("./search-worker.ts", import.meta.url), { type: "module" });
  return new Promise<Found>((resolve) => {
    const over = setTimeout(() => resolve({ why: null }), LONGEST);
    worker.onmessage = (event: MessageEvent<Found>) => {
      clearTimeout(over);
      resolve(event.data);
    };
    worker.onerror = () => resolve({ why: "" });
    worker.postMessage(wanted);
  }).finally(() => worker.terminate());
}
