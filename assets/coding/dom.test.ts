import { expect, it } from "vitest";
import { focusPressed, make } from "./dom";

it("gives a pressed button the keyboard before anybody acts on the press", () => {
  const field = make("input");
  const word = make("span", {}, "Undo");
  const button = make("button", { type: "button" }, word);
  const root = make("div", {}, field, button);
  document.body.append(root);
  focusPressed(root);
  field.focus();
  let had: Element | null = null;
  button.addEventListener("click", () => {
    had = document.activeElement;
    field.focus();
  });
  word.click();
  expect([had, document.activeElement]).toEqual([button, field]);
});
