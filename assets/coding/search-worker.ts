import { matches } from "./passages";

/** Looks beside the page: a regular expression that takes for ever stops nobody from coding. */
export interface Wanted {
  readonly text: string;
  readonly pattern: string;
  readonly isRegular: boolean;
  readonly most: number;
}

self.addEventListener("message", (event: MessageEvent<Wanted>) => {
  const { text, pattern, isRegular, most } = event.data;
  try {
    self.postMessage({ hits: matches(text, pattern, isRegular, most) });
  } catch (error) {
    self.postMessage({ why: error instanceof Error ? error.message : "" });
  }
});
