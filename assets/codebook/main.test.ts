import { expect, test } from "vitest";
import { dragging, dropOn } from "./main";

const TREE = `<form data-code-tree>
  <input name="code"><input name="parent"><input name="before">
  <ul>
    <li data-code="a"><div class="codebook-row">A</div>
      <ul><li data-code="b"><div class="codebook-row">B</div></li></ul></li>
    <li data-code="c"><div class="codebook-row">C</div></li>
  </ul></form>`;

function tree(): HTMLFormElement {
  document.body.innerHTML = TREE;
  const form = document.querySelector("form");
  if (!form) throw new Error("no form");
  return form;
}

function code(form: HTMLElement, id: string): HTMLElement {
  const found = form.querySelector<HTMLElement>(`[data-code="${id}"]`);
  if (!found) throw new Error(id);
  const row = found.querySelector<HTMLElement>(".codebook-row");
  if (row) row.getBoundingClientRect = () => new DOMRect(0, 100, 200, 40);
  return found;
}

test("the upper half of a code is the place before it, the lower half the place under it", () => {
  const form = tree();
  expect(dropOn(code(form, "b"), 105)).toMatchObject({ parent: "a", before: "b", where: "before" });
  expect(dropOn(code(form, "c"), 105)).toMatchObject({ parent: "", before: "c" });
  expect(dropOn(code(form, "c"), 135)).toMatchObject({ parent: "c", before: "", where: "under" });
});

test("a code that is dropped is sent with its new place, and not onto what is below it", () => {
  const form = tree();
  let sent = 0;
  form.submit = () => {
    sent += 1;
  };
  dragging(form);
  const [a, b, c] = ["a", "b", "c"].map((id) => code(form, id));
  const drag = (kind: string, on: HTMLElement | undefined, y = 135) =>
    on?.dispatchEvent(Object.assign(new Event(kind, { bubbles: true, cancelable: true }), { clientY: y }));
  drag("dragstart", a);
  drag("drop", b);
  expect(sent).toBe(0);
  drag("drop", c);
  expect(sent).toBe(1);
  const value = (name: string) => form.querySelector<HTMLInputElement>(`[name="${name}"]`)?.value;
  expect([value("code"), value("parent"), value("before")]).toEqual(["a", "c", ""]);
});
