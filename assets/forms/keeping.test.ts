import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { filledOf, rootIn } from "./instance";
import { keeper } from "./keeping";
import { nameAll } from "./naming";
import { shrunk, wrongWith } from "./pictures";

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
  data.append("1764.jpg", new File(["a picture"], "1764.jpg", { type: "image/jpeg" }));
  const root = { prepareInstancePayload: () => Promise.resolve({ status: "pending" as const, data: [data] }) };
  const inner = { type: {}, component: { props: { form: root }, subTree: null }, children: null };
  const tree = { subTree: { type: {}, component: null, children: [null, "text", { type: {}, children: [inner] }] } };
  const found = rootIn(tree as never);
  const { xml, files } = await filledOf(await found!.prepareInstancePayload({ payloadType: "monolithic" }));
  expect([xml, files.map((file) => file.name)]).toEqual(["<data/>", ["1764.jpg"]]);
  // what cannot be drawn goes as it is
  expect(await Promise.all(files.map(shrunk))).toEqual(files);
  expect(rootIn(null)).toBeNull();
  await expect(filledOf({ status: "ready", data: [new FormData()] })).rejects.toThrow(TypeError);
});

test("files are told by their first bytes before they are sent, and counted", async () => {
  const of = (...heads: string[]): Blob[] => heads.map((head) => new Blob([Uint8Array.from(head, (one) => one.charCodeAt(0)), "12345678"]));
  const limits = { each: 20, together: 39 };
  const taken = ["\xff\xd8\xff\xe0", "\x89PNG\r\n\x1a\n", "RIFF\n\r12WEBP", "RIFF\0\0\0\0WAVE", "\0\0\0\x20ftypisom", "\0\0\0\x20ftypqt  ", "ID3\x04", "\xff\xfb\x90\x64", "%PDF-1.7"];
  for (const one of taken) expect(await wrongWith(of(one), limits), one).toBeNull();
  for (const one of ["", "<svg", "<script>", "PK\x03\x04", "GIF89a", "\0\0\0\x20ftypheic", "\0\0\0\x20ftypavif", "RIFF\0\0\0\0AVI "]) {
    expect(await wrongWith([...of("%PDF-"), ...of(one)], limits), one).toBe("kind");
  }
  expect(await wrongWith(of("%PDF-12345678"), limits)).toBe("each");
  expect(await wrongWith(of("%PDF-", "%PDF-", "%PDF-1"), limits)).toBe("together");
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
