import { afterEach, expect, it, vi } from "vitest";
import { twice } from "./today";

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
