import { held, type Words } from "./dom";
import { Desk, type Settings } from "./desk";
import { type CodeRow, type Feed, get, Refused, type SourceText } from "./wire";

/** The coding workspace. Its page holds words and addresses; the source's text comes over the network alone. */
async function open(root: HTMLElement): Promise<void> {
  const { text, codings, codes } = root.dataset;
  if (!text || !codings || !codes) return;
  const words = held<Words>("ws-words");
  try {
    const [source, book, feed] = await Promise.all([
      get<SourceText>(text),
      get<{ codes: CodeRow[] }>(codes),
      get<Feed>(codings),
    ]);
    new Desk(root, words, held<Settings>("ws-settings"), source, book.codes, feed);
    root.dataset.ready = "true";
  } catch (error) {
    const problem = root.querySelector<HTMLElement>("[data-problem]");
    const sentence = problem?.querySelector<HTMLElement>("[data-problem-text]");
    if (!problem || !sentence) throw error;
    sentence.textContent = error instanceof Refused ? error.message : (words.not_loaded ?? "");
    problem.hidden = false;
    // what is wrong in the page itself is no matter of the connection
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
  }
}

for (const root of document.querySelectorAll<HTMLElement>("[data-workspace]")) void open(root);
