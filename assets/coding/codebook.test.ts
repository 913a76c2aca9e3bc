import { expect, it, vi } from "vitest";
import { Codebook } from "./codebook";

const PARTS = ["list", "several", "fold-all"].map((name) => `<div data-${name}></div>`).join("");

it("takes a passage that is dropped on the words of a code, which Firefox says it was dragged over", () => {
  const root = document.createElement("section");
  root.innerHTML = `<input data-find>${PARTS}`;
  const apply = vi.fn(() => true);
  const events = { apply, create: vi.fn(), leave: vi.fn() };
  const book = new Codebook(root, {}, false, true, events, { shelf: null, key: "" });
  book.take([["c", "Kindness", 0, 1, "", true]]);
  book.passage(true);
  const words = root.querySelector(".code-name")?.firstChild;
  const over = new Event("dragover", { bubbles: true, cancelable: true });
  words?.dispatchEvent(over);
  expect([over.defaultPrevented, root.querySelectorAll(".is-over").length]).toEqual([true, 1]);
  words?.dispatchEvent(new Event("drop", { bubbles: true, cancelable: true }));
  expect(apply).toHaveBeenCalledWith(["c"]);
  expect(root.querySelectorAll(".is-over").length).toBe(0);
});
