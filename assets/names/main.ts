import { find, held, say, type Words } from "../coding/dom";
import { get, type SourceText } from "../coding/wire";
import { Review } from "./review";

/** Names are looked through in the text. The list of the same form is there without a script, and where this fails. */
async function open(form: HTMLFormElement): Promise<void> {
  const words = held<Words>("nm-words");
  const problem = find(form, "not-marked");
  const version = form.querySelector<HTMLInputElement>("[name='version']")?.value;
  try {
    const source = await get<SourceText>(form.dataset.text ?? "");
    if (String(source.text_version) !== version) {
      problem.textContent = say(words, "text_changed");
      problem.hidden = false;
      return;
    }
    find(form, "marking").hidden = false;
    new Review(form, words, source);
    form.dataset.ready = "true";
  } catch (error) {
    find(form, "marking").hidden = true;
    problem.textContent = say(words, "not_loaded");
    problem.hidden = false;
    // what is wrong in the page itself is no matter of the connection
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("[data-names]")) void open(form);
