import { afterEach, expect, it, vi } from "vitest";
import { make } from "../coding/dom";
import { showAnew, twice } from "./today";

afterEach(() => document.body.replaceChildren());

it("forgets that it was asked once it is left, though a press alone gives it no focus", () => {
  const done = vi.fn();
  const press = twice("Take back", "Sure?", done);
  document.body.append(press);
  press.click();
  expect([press.textContent, document.activeElement]).toEqual(["Sure?", press]);
  press.blur();
  expect(press.textContent).toBe("Take back");
  press.click();
  press.click();
  expect(done).toHaveBeenCalledOnce();
});

it("goes on asking where the list is drawn anew meanwhile, and asks nothing of a record that is gone", () => {
  const done = vi.fn();
  const row = (record: string) =>
    make("li", { "data-record": record }, make("div", { class: "actions" }, make("button", {}, "Correct"), twice("Take back", "Sure?", done)));
  const view = make("div", {}, row("one"), row("two"));
  document.body.append(view);
  const last = (record: string) => view.querySelector<HTMLButtonElement>(`[data-record="${record}"] .actions > :last-child`);
  last("two")?.click();
  showAnew(view, row("two"), row("three"));
  expect([last("two")?.textContent, last("three")?.textContent, document.activeElement]).toEqual(["Sure?", "Take back", last("two")]);
  last("two")?.click();
  expect(done).toHaveBeenCalledOnce();
  showAnew(view, row("three"));
  expect(last("three")?.textContent).toBe("Take back");
});
