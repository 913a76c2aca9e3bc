import { expect, test } from "vitest";
import { placeAt, placesIn } from "./main";

test("the place heard is the last one that has begun, whatever the order of the text", () => {
  document.body.innerHTML = `
    <li class="turn" id="a"><span data-seek="0">0:00</span></li>
    <li class="turn" id="b"><span data-seek="9000">0:09</span></li>
    <li class="turn" id="c"><span data-seek="4000">0:04</span></li>
    <li class="turn" id="d"><span data-seek="soon">?</span></li>`;
  const places = placesIn(document);
  expect(places.map((place) => place.turn.id)).toEqual(["a", "b", "c"]);
  expect([0, 3.9, 4, 8.9, 9, 99].map((at) => placeAt(places, at)?.turn.id)).toEqual(["a", "a", "c", "c", "b", "b"]);
  expect(placeAt(places.slice(1), 1)).toBeNull();
});
