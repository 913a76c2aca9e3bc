// @vitest-environment happy-dom
import { expect, it, vi } from "vitest";
import type { Drawn } from "./passages";
import { Bar } from "./stripes";

/** Stripes of codings, one below the other, made together as one measurement makes them. */
function bars(...ids: string[]): Bar[] {
  const coming = new Set<string>();
  return ids.map((id) => {
    const one = codings.get(id) ?? { id, from: 0, to: 1, code: id, name: id, hue: 1, who: "Ama", isOwn: true };
    codings.set(id, one);
    return new Bar(one, "ws-name", false, 0, id.charCodeAt(0), 100, 15, coming);
  });
}

const codings = new Map<string, Drawn>();

/** As the editor's layer brings elements in line with markers, one after the other. */
function lay(layer: HTMLElement, markers: readonly Bar[], drawn: readonly Bar[]): void {
  let old = layer.firstElementChild as HTMLElement | null;
  let place = 0;
  for (const marker of markers) {
    const before = drawn[place];
    if (old && before && marker.update(old, before)) {
      old = old.nextElementSibling as HTMLElement | null;
      place += 1;
    } else layer.insertBefore(marker.draw(), old);
  }
  while (old) {
    const next = old.nextElementSibling as HTMLElement | null;
    old.remove();
    old = next;
  }
}

const said = (layer: HTMLElement): string => [...layer.children].map((one) => one.textContent).join("");

it("draws a coding among others and leaves the others as they are", () => {
  const layer = document.createElement("div");
  const first = bars("a", "c", "d");
  lay(layer, first, []);
  const stood = [...layer.children];
  const written = vi.spyOn(HTMLElement.prototype, "title", "set");
  lay(layer, bars("a", "b", "c", "d"), first);
  expect(said(layer)).toBe("abcd");
  expect(stood.every((one) => one.parentElement === layer)).toBe(true);
  expect(written).toHaveBeenCalledTimes(1);
});

it("shows what is there, whatever came, went or changed places", () => {
  const layer = document.createElement("div");
  let before: Bar[] = [];
  for (const ids of ["abc", "bcd", "", "cabe", "eb", "xaby", "yx"]) {
    const next = bars(...ids);
    lay(layer, next, before);
    expect(said(layer)).toBe(ids);
    const tops = [...layer.children].map((one) => (one as HTMLElement).style.top);
    expect(tops).toEqual([...ids].map((id) => `${id.charCodeAt(0)}px`));
    before = next;
  }
});
