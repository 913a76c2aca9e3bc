import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { rootIn, xmlOf } from "./instance";
import { keeper } from "./keeping";
import { nameAll } from "./naming";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("what is half filled is kept once after the last change, again where it did not arrive, and never unchanged", async () => {
  let xml = "<a>1</a>";
  const sent: string[] = [];
  const told: string[] = [];
  let isReachable = false;
  const send = (one: string): Promise<boolean> => {
    sent.push(one);
    return isReachable ? Promise.resolve(true) : Promise.reject(new Error("no network"));
  };
  const keep = keeper(() => Promise.resolve(xml), send, (one) => told.push(one));
  keep.changed();
  keep.changed();
  await vi.advanceTimersByTimeAsync(1_600);
  expect([sent, told]).toEqual([["<a>1</a>"], ["keeping", "not_kept"]]);
  isReachable = true;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told.at(-1)).toBe("kept");
  keep.changed();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(sent).toHaveLength(2);
  xml = "<a>2</a>";
  keep.changed();
  keep.stop();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(sent).toHaveLength(2);
});

test("the answers are found at the root that the form hands to its parts", async () => {
  const data = new FormData();
  data.append("xml_submission_file", new Blob(["<data/>"]), "x.xml");
  const root = { prepareInstancePayload: () => Promise.resolve({ status: "pending" as const, data: [data] }) };
  const inner = { type: {}, component: { props: { form: root }, subTree: null }, children: null };
  const tree = { subTree: { type: {}, component: null, children: [null, "text", { type: {}, children: [inner] }] } };
  const found = rootIn(tree as never);
  expect(await xmlOf(await found!.prepareInstancePayload({ payloadType: "monolithic" }))).toBe("<data/>");
  expect(rootIn(null)).toBeNull();
  await expect(xmlOf({ status: "ready", data: [new FormData()] })).rejects.toThrow(TypeError);
});

test("a control without a name gets that of its question", () => {
  document.body.innerHTML = `<div class="question-container"><label>How many?</label><input id="n" role="spinbutton"></div>
    <div class="question-container"><label for="w">What?</label><input id="w"></div>
    <div class="question-container"><label>Q1</label><input type="radio" id="node:1_yes"></div>`;
  nameAll(document);
  const label = document.querySelector("label");
  expect(label?.id).toBeTruthy();
  expect(document.querySelector("#n")?.getAttribute("aria-labelledby")).toBe(label?.id);
  expect(document.querySelector("#w")?.hasAttribute("aria-labelledby")).toBe(false);
  expect(document.querySelector("[type=radio]")?.getAttribute("aria-label")).toBe("Q1: yes");
});
