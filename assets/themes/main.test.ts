import { expect, test } from "vitest";
import { board } from "./main";

test("a card that is dropped on another lane sends its form with that lane's state", () => {
  document.body.innerHTML = `<div data-board>
    <section data-lane="candidate"><ul><li data-card><form><select name="status">
      <option value="candidate" selected></option><option value="kept"></option></select></form></li></ul></section>
    <section data-lane="kept"><p>None</p></section></div>`;
  const root = document.querySelector<HTMLElement>("[data-board]");
  const form = document.querySelector("form");
  const [own, other] = document.querySelectorAll("[data-lane]");
  if (!root || !form || !own || !other) throw new Error("no board");
  let sent = 0;
  form.submit = () => {
    sent += 1;
  };
  board(root);
  const send = (kind: string, on: Element) => on.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true }));
  send("dragstart", form);
  send("drop", own);
  expect(sent).toBe(0);
  send("drop", other.querySelector("p") ?? other);
  expect([sent, form.querySelector("select")?.value]).toEqual([1, "kept"]);
});
