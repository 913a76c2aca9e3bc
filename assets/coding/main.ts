import { find, held, say, type Words } from "./dom";
import { Desk, type Settings } from "./desk";
import { type CodeRow, type Feed, get, Refused, type SourceText } from "./wire";

/** The coding workspace. Its page holds words and addresses; the source's text comes over the network alone. */
async function open(root: HTMLElement): Promise<void> {
  const { text, codings, codes } = root.dataset;
  if (!text || !codings || !codes) return;
  const words = held<Words>("ws-words");
  try {
    const feed = get<Feed>(codings);
    // where the text does not come, nobody asks what became of this one
    feed.catch(() => undefined);
    const [source, book] = await Promise.all([get<SourceText>(text), get<{ codes: CodeRow[] }>(codes)]);
    // the text is laid out while the codings are still on their way
    const desk = new Desk(root, words, held<Settings>("ws-settings"), source, book.codes);
    desk.begin(await feed);
    root.dataset.ready = "true";
  } catch (error) {
    const problem = root.querySelector<HTMLElement>("[data-problem]");
    const sentence = problem?.querySelector<HTMLElement>("[data-problem-text]");
    if (!problem || !sentence) throw error;
    // a text that shows none of its codings would look as if it had none
    find(root, "surface").hidden = true;
    sentence.textContent = error instanceof Refused ? error.message : say(words, "not_loaded");
    problem.hidden = false;
    // what is wrong in the page itself is no matter of the connection
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
  }
}

for (const root of document.querySelectorAll<HTMLElement>("[data-workspace]")) void open(root);
