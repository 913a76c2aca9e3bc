import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { Account } from "./account";
import { fromText, toText, utf8 } from "./bytes";
import type { Asked } from "./events";
import { FormShelf, MOST_BYTES, MOST_FILE_BYTES, NotTaken, receiptCode, TooLarge, TooLong } from "./forms";
import { unseal } from "./seal";
import type { Definition, FormKnown, Wire } from "./wire";
import { CHEAP, KEY, newAccountId, PRIVATE } from "./worlds";

const FORM: FormKnown = {
  wave_id: "w", wave: "spring", title: "Pipes", sheet_version: "1", version_id: "v1", content_hash: "h1", closes_on: null,
  sites: [{ id: "s", name: "Harrowmere" }], has_files: false, is_too_large: false,
};
const ASKED: Omit<Asked, "answers"> = {
  wave_id: "w", site_id: "s", through: "peer", result: "consented", asked_at: "2026-03-02T10:30:00Z", reason: "not_recorded", scopes: ["take_part"],
};

let account: Account;
let offered: FormKnown[];
let fetched: string[];
let now = 1_000_000;

function shelf(): FormShelf {
  const wire = {
    forms: async () => offered,
    form: async (id: string): Promise<Definition> => {
      fetched.push(id);
      return { content_hash: id.replace("v", "h"), xform: `<form ${id}/>` };
    },
  };
  return new FormShelf(account, wire as unknown as Wire, () => now);
}

async function told(): Promise<Record<string, unknown>[]> {
  const events = await account.outbox.next();
  return Promise.all(events.map(async ({ id, sealed }) => JSON.parse(await unseal(sealed, id, fromText(PRIVATE))) as Record<string, unknown>));
}

beforeEach(async () => {
  [offered, fetched, now] = [[FORM], [], 1_000_000];
  account = await Account.open(newAccountId(), () => now, CHEAP);
  await account.learn({ key: KEY, programme_id: "p" });
  await account.vault.choose("204061");
});

test("a form is fetched once for each file, and goes when nothing asks for it any more", async () => {
  await shelf().learn();
  await shelf().learn();
  expect([fetched, await shelf().definition("h1")]).toEqual([["v1"], "<form v1/>"]);
  const half = await shelf().ask(FORM, ASKED);
  offered = [{ ...FORM, version_id: "v2", content_hash: "h2" }, { ...FORM, version_id: "v3", content_hash: "h3", is_too_large: true }];
  await shelf().learn();
  // what is half filled keeps the version that asks
  expect([await shelf().definition("h1"), await shelf().definition("h2"), await shelf().definition("h3")]).toEqual(["<form v1/>", "<form v2/>", undefined]);
  await shelf().throwAway(half!);
  await shelf().learn();
  expect([await shelf().definition("h1"), fetched]).toEqual([undefined, ["v1", "v2"]]);
});

test("who agreed is told at once, and again with the answers, which then lie nowhere but in the seal", async () => {
  const half = await shelf().ask(FORM, ASKED);
  expect(await shelf().ask(FORM, { ...ASKED, result: "refused" })).toBeNull();
  await shelf().keepHalf(half!, { xml: "<data>near the canal</data>", files: [] });
  expect((await shelf().halves()).map((one) => one.xml)).toEqual(["<data>near the canal</data>"]);
  await expect(shelf().answer(half!, { xml: "x".repeat(MOST_BYTES + 1), files: [] })).rejects.toThrow(TooLong);
  expect(await shelf().halves()).toHaveLength(1);
  const code = await shelf().answer(half!, { xml: "<data>near the canal</data>", files: [] });
  expect(code).toMatch(/^[A-HJKMNP-Z2-9]{8}$/);
  expect(await shelf().halves()).toEqual([]);
  const [asked, refused, answered] = await told();
  expect(asked).toMatchObject({ kind: "form", contact_id: half!.approach_id, contact: null, form: { ...ASKED, answers: null } });
  expect(refused).toMatchObject({ form: { result: "refused" } });
  expect(answered).toMatchObject({ contact_id: half!.approach_id, form: { answers: { version_id: "v1", receipt: code, xml: "<data>near the canal</data>" } } });
  const today = await shelf().today();
  expect(today.map(({ own, event }) => [own.result, own.is_answered, event?.state]).sort()).toEqual([["consented", true, "waiting"], ["refused", false, "waiting"]]);
  expect(JSON.stringify(today)).not.toContain("canal");
  now += 19 * 3_600_000;
  expect(await shelf().today()).toHaveLength(2);
  const receipts = [...(await account.outbox.events()).keys()].map((id) => ({ id, state: "accepted" as const, why: null, version: 1 }));
  await account.outbox.settle(receipts, "2026-03-02T10:30:00Z", account.identity.device_id);
  expect(await shelf().today()).toEqual([]);
  account.vault.lock();
  await expect(shelf().halves()).resolves.toEqual([]);
  await expect(shelf().ask(FORM, ASKED)).rejects.toThrow();
});

test("pictures lie under the PIN until the form is whole, then in the seal alone, and by themselves until they are sent", async () => {
  const half = await shelf().ask(FORM, ASKED);
  const photo = new File(["%PDF-", "a pipe near the canal".repeat(20_000)], "1764.jpg", { type: "image/jpeg" });
  const first = new File(["%PDF-another"], "1763.jpg", { type: "image/jpeg" });
  const xml = "<data><photo>1764.jpg</photo></data>";
  await shelf().keepHalf(half!, { xml, files: [first] });
  await shelf().keepHalf(half!, { xml, files: [photo] });
  const [kept, ...others] = await shelf().filesOf(half!);
  expect([kept?.name, kept?.type, await kept?.text(), others]).toEqual(["1764.jpg", "image/jpeg", await photo.text(), []]);
  const large = [new File(["%PDF-", new Uint8Array(MOST_FILE_BYTES)], "1765.pdf"), photo];
  await expect(shelf().keepHalf(half!, { xml, files: large })).rejects.toThrow(TooLarge);
  await expect(shelf().answer(half!, { xml, files: large })).rejects.toThrow(TooLarge);
  await expect(shelf().answer(half!, { xml, files: [new File(["<svg/>"], "1766.jpg", { type: "image/jpeg" })] })).rejects.toThrow(NotTaken);
  expect(await shelf().halves()).toHaveLength(1);
  await shelf().answer(half!, { xml, files: [photo] });
  expect([await shelf().halves(), await shelf().filesOf(half!)]).toEqual([[], []]);
  // looked through often, and nothing large is read with it
  const lying = [...(await account.outbox.events()).values()].find((one) => one.length);
  expect([lying?.sealed, (lying?.length ?? 0) > 500_000]).toEqual(["", true]);
  const answered = (await told()).at(-1) as { form: { answers: { files: { name: string; data: string }[] } } };
  const [file] = answered.form.answers.files;
  expect([file?.name, new TextDecoder().decode(fromText(file?.data ?? ""))]).toEqual(["1764.jpg", await photo.text()]);
  const ids = [...(await account.outbox.events()).keys()];
  await account.outbox.settle(ids.map((id) => ({ id, state: "accepted" as const, why: null, version: 1 })), "2026-03-02T10:30:00Z", account.identity.device_id);
  const parts: number[][] = [];
  for await (const part of account.outbox.log()) parts.push(part.map((event) => event.sealed.length));
  expect(parts.flat().length).toBe(2);
  expect(parts.flat().at(-1)).toBe(lying?.length);
  now += 31 * 86_400_000;
  expect(await account.outbox.prune()).toBe(2);
});

test("answers that came back are half filled again, and told in the place of those under the code that was given", async () => {
  const held = { approach_id: newAccountId(), form: FORM, asked: ASKED, xml: "<data>4l</data>", files: [{ name: "1.pdf", data: toText(utf8("%PDF-1234567")) }] };
  const half = await shelf().openAgain(held, "back");
  expect([await shelf().definition("h1"), (await shelf().filesOf(half)).map((file) => file.name)]).toEqual(["<form v1/>", ["1.pdf"]]);
  await shelf().keepHalf(half, { xml: "<data>41</data>", files: await shelf().filesOf(half) });
  // opened once more: as far as it is by now
  expect(await shelf().openAgain(held, "back")).toMatchObject({ xml: "<data>41</data>", replaces: "back" });
  const again = (await shelf().halves())[0]!;
  expect(await shelf().answer(again, { xml: again.xml, files: await shelf().filesOf(again) })).toBeNull();
  expect((await told()).at(-1)).toMatchObject({
    kind: "form", contact_id: held.approach_id, replaces: "back", keeps_code: true,
    form: { ...ASKED, answers: { xml: "<data>41</data>", files: held.files } },
  });
  expect(await shelf().halves()).toEqual([]);
});

test("each letter of a receipt is as likely as the others", () => {
  const drawn = Array.from({ length: 256 }, (_unused, place) => place);
  const seen = new Map<string, number>();
  for (let part = 0; part < 31; part += 1) {
    for (const letter of receiptCode(() => drawn.shift() ?? 0)) seen.set(letter, (seen.get(letter) ?? 0) + 1);
  }
  expect([...seen.values()]).toEqual(Array.from({ length: 31 }, () => 8));
});
