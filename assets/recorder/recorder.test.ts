import { describe, expect, it } from "vitest";
import type { Screen, Site, Thing } from "../offline/wire";
import { refusalOf } from "./agreements";
import { dayAt, momentOf, wallAt } from "./clock";
import { isLikely, normalised } from "./code";
import {
  answerOf, asTold, blank, counted, lastLot, lotsAfter, lotsOf, needOf, quantityOf, raisedBy, returnedOf, withAnswer, withBarrier, withLevel, withLines, withLot,
  withNeed, withOneLess, withOneMore, withRaisedBy, withReturned,
} from "./draft";

const foil: Thing = { key: "item:f", item_id: "f", kit_version_id: null, name: "Foil", kinds: ["foil"], controlled: [] };
const kit: Thing = {
  key: "kit:k", item_id: null, kit_version_id: "k", name: "Pipe kit", kinds: ["pipe", "foil"], controlled: ["pipe"],
};
const site: Site = { id: "s", name: "Harrowmere", time_zone: "Europe/London", area: "North", things: [foil, kit] };
const screen = {
  version: "1", as_of: "2026-03-02", programme: { id: "p", name: "Lantern" }, client_code: { pattern: "", hint: "" },
  is_agreement_needed: true,
  agreements: [
    { area: "North", item_kinds: ["pipe"], from_on: "2026-01-01", to_on: "2026-03-02" },
    { area: "South", item_kinds: ["pipe"], from_on: "2026-01-01", to_on: null },
  ],
  sites: [site], lists: { place: [{ code: "van", label: "van" }], topic: [], need_domain: [], barrier_kind: [] },
  enums: { route: [{ code: "service", label: "" }, { code: "peer", label: "" }] },
} as unknown as Screen;

describe("a controlled item", () => {
  it("may leave on the days of the agreement of its area, and is refused with why on the others", () => {
    expect(refusalOf(screen, site, foil, "2030-01-01")).toBeNull();
    expect(refusalOf(screen, site, kit, "2026-03-02")).toBeNull();
    expect(refusalOf(screen, site, kit, "2026-03-03")).toEqual({ is: "ended", kind: "pipe", area: "North", day: "2026-03-02" });
    expect(refusalOf(screen, site, kit, "2025-12-31")).toMatchObject({ is: "none", day: "2025-12-31" });
    expect(refusalOf(screen, { ...site, area: "South" }, kit, "2030-01-01")).toBeNull();
    expect(refusalOf({ ...screen, is_agreement_needed: false }, site, kit, "2030-01-01")).toBeNull();
  });
});

describe("a draft", () => {
  const start = blank(screen, { site_id: "s", route: "peer", place: "gone", last: [] });

  it("starts where the last contact was, as far as that is still offered", () => {
    expect(start).toMatchObject({ site_id: "s", route: "peer", place: "not_recorded", newness: "unknown", kit_lines: [] });
    expect(blank(screen, undefined)).toMatchObject({ site_id: "s", route: "service", client_code: null });
  });

  it("counts taps, and takes back from the line of which nothing came back", () => {
    const two = withOneMore(withOneMore(start, kit), kit);
    expect([quantityOf(two, kit), quantityOf(two, foil)]).toEqual([2, 0]);
    expect(withOneLess(withOneLess(two, kit), kit).kit_lines).toEqual([]);
    expect(withOneLess(start, kit).kit_lines).toEqual([]);
    const came = { ...start, kit_lines: [{ item_id: "f", kit_version_id: null, quantity: 1, returned: 3 }] };
    expect(withOneLess(came, foil).kit_lines).toEqual([{ item_id: "f", kit_version_id: null, lot_id: null, quantity: 0, returned: 3 }]);
    expect(withLines(start, [...two.kit_lines, { ...came.kit_lines[0]!, item_id: "gone" }], site).kit_lines).toEqual(two.kit_lines);
  });

  it("holds silence as silence, and keeps what is not shown", () => {
    expect(answerOf(start, "debt")).toBeNull();
    const told = { ...start, disclosures: [{ topic: "debt", answer: "told", raised_by: "worker" }] };
    expect(withAnswer(told, "debt", "declined").disclosures).toEqual([{ topic: "debt", answer: "declined", raised_by: "worker" }]);
    expect(withAnswer(told, "debt", null).disclosures).toEqual([]);
    const need = withNeed(start, "housing", {});
    const changed = withNeed(need, "housing", { urgency: "today" });
    expect(needOf(changed, "housing")).toMatchObject({ id: need.needs[0]?.id, urgency: "today", actions: [] });
    expect(withNeed(changed, "housing", null).needs).toEqual([]);
    expect(withBarrier(withBarrier([], "stigma"), "stigma")).toEqual([]);
  });

  it("holds what came back of a thing, given or not, and no line of nothing", () => {
    const two = [1, 2].map((quantity) => ({ item_id: "f", kit_version_id: null, quantity, returned: quantity }));
    expect(returnedOf({ ...start, kit_lines: two }, foil)).toBe(3);
    expect(withReturned({ ...start, kit_lines: two }, foil, 5).kit_lines.map((line) => line.returned)).toEqual([5, "not_recorded"]);
    const came = withReturned(start, foil, 4);
    expect(came.kit_lines).toEqual([{ item_id: "f", kit_version_id: null, lot_id: null, quantity: 0, returned: 4 }]);
    expect(withReturned(came, foil, 0).kit_lines).toEqual([]);
    const none = withReturned(withOneMore(start, foil), foil, 0);
    expect([returnedOf(none, foil), returnedOf(withReturned(none, foil, null), foil)]).toEqual([0, null]);
    expect(withOneLess(none, foil).kit_lines).toEqual([]);
    expect(withOneMore(came, foil).kit_lines).toEqual([{ item_id: "f", kit_version_id: null, lot_id: null, quantity: 1, returned: 4 }]);
  });

  it("says who raised a topic and on whose side a barrier lay, as long as either is told", () => {
    const told = withRaisedBy(withAnswer(start, "debt", "told"), "debt", "worker");
    expect([raisedBy(told, "debt"), raisedBy(withAnswer(told, "debt", "declined"), "debt")]).toEqual(["worker", "worker"]);
    expect(raisedBy(withRaisedBy(told, "debt", null), "debt")).toBeNull();
    expect(raisedBy(withAnswer(told, "debt", null), "debt")).toBeNull();
    const met = withLevel(withBarrier([], "stigma"), "stigma", "structural");
    expect(met).toEqual([{ kind: "stigma", level: "structural" }]);
    expect(withLevel(met, "stigma", null)).toEqual([{ kind: "stigma", level: "not_recorded" }]);
  });

  it("of several contacts waits for their number", () => {
    const tally = counted(start, "tally");
    expect([tally.kind, tally.tally]).toEqual(["tally", 0]);
    expect(counted({ ...tally, tally: 12 }, "tally").tally).toBe(12);
    expect(counted(tally, "single").tally).toBe(1);
  });

  it("is made of what the server shows, and of nothing more", () => {
    const shown = { ...start, version: 3, id: "x", client_id: null, server_time: "" };
    expect(asTold(shown)).toEqual({ ...start });
  });
});

describe("the lot of what was given", () => {
  const lots = ["a", "b"].map((id) => ({ id, batch: id.toUpperCase(), expires_on: "2027-01-31", of: null }));
  const dose: Thing = { key: "item:d", item_id: "d", kit_version_id: null, name: "Naloxone", kinds: ["naloxone"], controlled: [], lots };
  const shelf: Site = { ...site, things: [dose, foil] };
  const start = blank(screen, undefined);

  it("is of all that was given of a thing, and goes when nothing is given any more", () => {
    const two = withLot(withOneMore(withOneMore(start, dose), dose), dose, "b");
    expect([lotsOf(two, dose), lotsOf(two, foil), quantityOf(two, dose)]).toEqual([["b"], [], 2]);
    const none = withOneLess(withOneLess(withReturned(two, dose, 1), dose), dose);
    expect(none.kit_lines).toEqual([{ item_id: "d", kit_version_id: null, lot_id: null, quantity: 0, returned: 1 }]);
    expect(lotsOf(withOneMore(none, dose, "a"), dose)).toEqual(["a"]);
    expect(lotsOf(withLot(two, dose, null), dose)).toEqual([]);
  });

  it("is remembered as it was said last at the site, as long as it is there", () => {
    const habits = (lots: Readonly<Record<string, string>>) => ({ site_id: "s", route: "service", place: "van", last: [], lots });
    const given = withOneMore(withOneMore(start, dose, "a"), foil);
    const said = lotsAfter(habits({ "s/item:foil": "x" }), shelf, given);
    expect(said).toEqual({ "s/item:foil": "x", "s/item:d": "a" });
    expect(lastLot(habits(said), shelf, dose)).toBe("a");
    expect(lastLot(habits({ "s/item:d": "gone" }), shelf, dose)).toBeNull();
    expect(lastLot({ site_id: "s", route: "service", place: "van", last: [] }, shelf, dose)).toBeNull();
    expect(lotsAfter(habits(said), shelf, withLot(given, dose, null))).toEqual({ "s/item:foil": "x" });
    expect(lotsAfter(habits(said), shelf, start)).toEqual(said);
  });

  it("comes with what was given once more, where it is still there, and with what the server shows", () => {
    const lines = [...withOneMore(start, dose, "b").kit_lines, { ...withOneMore(start, dose).kit_lines[0]!, lot_id: "gone" }];
    expect(withLines(start, lines, shelf).kit_lines.map((line) => line.lot_id)).toEqual(["b", null]);
    expect(asTold({ ...start, kit_lines: lines }).kit_lines.map((line) => line.lot_id)).toEqual(["b", "gone"]);
  });
});

describe("a code", () => {
  it("is looked at as the server writes it", () => {
    expect(normalised(" ab-01.02.1980 f")).toBe("AB01021980F");
    expect(normalised("øé01ß")).toBe("OE01SS");
    expect(isLikely("kx 15071984 f", "[A-Z]{2}[0-9]{8}[A-Z]")).toBe(true);
    expect(isLikely("kx 15071984", "[A-Z]{2}[0-9]{8}[A-Z]")).toBe(false);
    expect(isLikely("anything", "(?P<python>x)")).toBe(true);
  });
});

describe("the clock of a site", () => {
  it("goes there and back, over the hour that never comes and the one that comes twice", () => {
    const zone = "Europe/London";
    expect(dayAt(new Date("2026-07-01T23:30:00Z"), zone)).toBe("2026-07-02");
    for (const wall of ["2026-03-02T10:30", "2026-07-02T00:30", "2026-10-25T03:00"]) {
      expect(wallAt(momentOf(wall, zone), zone)).toBe(wall);
    }
    expect(momentOf("2026-10-25T01:30", zone).toISOString()).toBe("2026-10-25T00:30:00.000Z");
    expect(wallAt(momentOf("2026-03-29T01:30", zone), zone)).toBe("2026-03-29T02:30");
  });
});
