/** Forms on this device: which may be filled in, each as it was compiled, what is half filled, and what was told of today. */
import { newId } from "../coding/wire";
import type { Account } from "./account";
import type { Filled } from "../forms/instance";
import { wrongWith } from "../forms/pictures";
import { type Bytes, fromText, toText, utf8 } from "./bytes";
import { type Asked, formTold } from "./events";
import type { Kept } from "./outbox";
import type { FormKnown, HeldForm, Wire } from "./wire";

/** Somebody agreed, and has not answered all yet. */
export interface Half {
  readonly approach_id: string;
  readonly form: FormKnown;
  readonly asked: Omit<Asked, "answers">;
  readonly xml: string;
  readonly changed_at: number;
  /** What came back, in whose place the answers are told. */
  readonly replaces?: string;
}

/** Who was asked today: nothing of what they answered. */
export interface OwnAsked {
  readonly event_id: string;
  readonly title: string;
  readonly wave: string;
  readonly result: string;
  readonly is_answered: boolean;
  readonly made_at: number;
}

/** What the server takes, sealed, less what surrounds the answers. */
export const MOST_BYTES = 240 * 1024;
/** Of all pictures and files of a form together, as they are: what the server takes of a phone in one event. */
export const MOST_FILE_BYTES = 3 * 1024 * 1024;
const LIST = "forms";
const DEFINITION = "form/";
const HALF = "half/";
const HALF_FILE = "half file/";
const OWN = "asked/";
const OWN_HOURS = 18;
const LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

/** The answers are larger than one record may be. */
export class TooLong extends Error {}

/** So are the pictures and files. */
export class TooLarge extends Error {}

/** One of them is of a kind that the server does not take. */
export class NotTaken extends Error {}

/** A file that was chosen, as the vault keeps it. */
interface KeptFile {
  readonly type: string;
  readonly data: string;
}

async function bytesOf(file: Blob): Promise<Bytes> {
  return new Uint8Array(await file.arrayBuffer());
}

/** Raises TooLarge for more than one event may hold, NotTaken for what the server would not keep. */
async function check(files: readonly Blob[]): Promise<void> {
  const wrong = await wrongWith(files, { each: MOST_FILE_BYTES, together: MOST_FILE_BYTES });
  if (wrong) throw wrong === "kind" ? new NotTaken() : new TooLarge();
}

/** Nobody else on this device has it open until it is let go of; null where somebody has. */
export function openAlone(half: Half): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    void navigator.locks.request(`throughline-half-${half.approach_id}`, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(null);
      return new Promise<void>((letGo) => resolve(letGo));
    });
  });
}

/** By which whoever answered can take their answers back: 8 of 31 letters, none of which looks like another. */
export function receiptCode(draw = () => crypto.getRandomValues(new Uint8Array(1))[0] ?? 0): string {
  let code = "";
  while (code.length < 8) {
    const drawn = draw();
    // 248 is eight times 31: what lies above would favour the first letters
    if (drawn < 248) code += LETTERS[drawn % 31];
  }
  return code;
}

function fileName(half: Half, name: string): string {
  return `${HALF_FILE}${half.approach_id}/${name}`;
}

export class FormShelf {
  constructor(
    private readonly account: Account,
    private readonly wire: Wire,
    private readonly now: () => number = Date.now,
  ) {}

  async known(): Promise<readonly FormKnown[]> {
    return (await this.account.vault.kept<readonly FormKnown[]>(LIST)) ?? [];
  }

  definition(contentHash: string): Promise<string | undefined> {
    return this.account.vault.kept<string>(DEFINITION + contentHash);
  }

  /** Ask which forms there are, and keep each that is not here yet. What is half filled keeps its form. */
  async learn(): Promise<readonly FormKnown[]> {
    const { account, wire } = this;
    const forms = await wire.forms();
    const here = await account.keptNames(DEFINITION);
    for (const form of forms.filter((one) => !one.is_too_large)) {
      if (here.includes(DEFINITION + form.content_hash)) continue;
      const { content_hash, xform } = await wire.form(form.version_id);
      await account.vault.keep(DEFINITION + content_hash, xform);
    }
    await account.vault.keep(LIST, forms);
    const wanted = new Set([...forms, ...(await this.halves()).map((half) => half.form)].map((one) => DEFINITION + one.content_hash));
    for (const name of here.filter((one) => !wanted.has(one))) await account.letGo(name);
    return forms;
  }

  /** How many are half filled. */
  async halfCount(): Promise<number> {
    return (await this.account.keptNames(HALF)).length;
  }

  /** The newest first. */
  async halves(): Promise<readonly Half[]> {
    const found: Half[] = [];
    for (const name of await this.account.keptNames(HALF)) {
      const half = await this.account.vault.kept<Half>(name);
      if (half) found.push(half);
    }
    return found.sort((one, other) => other.changed_at - one.changed_at);
  }

  /** Files first: words that name one are never without it. A name stands for one choice and is written once. */
  async keepHalf(half: Half, { xml, files }: Filled): Promise<void> {
    await check(files);
    const here = await this.fileNames(half);
    for (const file of files) {
      const name = fileName(half, file.name);
      if (here.includes(name)) continue;
      await this.account.vault.keep(name, { type: file.type, data: toText(await bytesOf(file)) } satisfies KeptFile);
    }
    await this.account.vault.keep(HALF + half.approach_id, { ...half, xml, changed_at: this.now() });
    const chosen = new Set(files.map((file) => fileName(half, file.name)));
    for (const name of here) if (!chosen.has(name)) await this.account.letGo(name);
  }

  /** What was chosen of a half-filled form. */
  async filesOf(half: Half): Promise<readonly File[]> {
    const found: File[] = [];
    for (const name of await this.fileNames(half)) {
      const kept = await this.account.vault.kept<KeptFile>(name);
      if (kept) found.push(new File([fromText(kept.data)], name.slice(fileName(half, "").length), { type: kept.type }));
    }
    return found;
  }

  async throwAway(half: Half): Promise<void> {
    for (const name of await this.fileNames(half)) await this.account.letGo(name);
    await this.account.letGo(HALF + half.approach_id);
  }

  private fileNames(half: Half): Promise<readonly string[]> {
    return this.account.keptNames(fileName(half, ""));
  }

  /** Somebody was asked: told at once, whatever becomes of the interview. Who agreed has a form from here on. */
  async ask(form: FormKnown, asked: Omit<Asked, "answers">): Promise<Half | null> {
    const half: Half = { approach_id: newId(this.now()), form, asked, xml: "", changed_at: this.now() };
    const isAgreed = asked.result === "consented";
    const beside = isAgreed ? [{ name: HALF + half.approach_id, value: half }] : [];
    await this.tell(half, { ...asked, answers: null }, beside);
    return isAgreed ? half : null;
  }

  /** Answers that came back are half filled again; where that was done before, as far as it is by now. */
  async openAgain(held: HeldForm, id: string): Promise<Half> {
    const { vault } = this.account;
    const { approach_id, form, asked, xml, files } = held;
    const there = await vault.kept<Half>(HALF + approach_id);
    if (there) return there;
    if ((await this.definition(form.content_hash)) === undefined) {
      const { content_hash, xform } = await this.wire.form(form.version_id);
      await vault.keep(DEFINITION + content_hash, xform);
    }
    const half: Half = { approach_id, form, asked, xml, changed_at: this.now(), replaces: id };
    for (const { name, data } of files) await vault.keep(fileName(half, name), { type: "", data } satisfies KeptFile);
    await vault.keep(HALF + approach_id, half);
    return half;
  }

  /** All is answered: sealed, and what was half filled goes in the same step. Gives the code of the receipt; of what came back, null. */
  async answer(half: Half, { xml, files }: Filled): Promise<string | null> {
    // as it is written within the event: quotes and line ends take two places there
    if (utf8(JSON.stringify(xml)).length > MOST_BYTES) throw new TooLong();
    await check(files);
    const receipt = receiptCode();
    const told = await Promise.all(files.map(async (file) => ({ name: file.name, data: toText(await bytesOf(file)) })));
    const answers = { version_id: half.form.version_id, xml, receipt, files: told };
    const gone = [HALF + half.approach_id, ...(await this.fileNames(half))];
    await this.tell(half, { ...half.asked, answers }, gone.map((name) => ({ name, value: null })));
    return half.replaces ? null : receipt;
  }

  /** Today's own, the newest first. What is unsent stays however old. */
  async today(): Promise<readonly { readonly own: OwnAsked; readonly event: Kept | undefined }[]> {
    const events = await this.account.outbox.events();
    const after = this.now() - OWN_HOURS * 3_600_000;
    const found = [];
    for (const name of await this.account.keptNames(OWN)) {
      const own = await this.account.vault.kept<OwnAsked>(name);
      const event = own && events.get(own.event_id);
      if (!own) continue;
      const isUnsent = event?.state === "waiting" || event?.state === "aside";
      if (own.made_at < after && !isUnsent) await this.account.letGo(name);
      else found.push({ own, event });
    }
    return found.sort((one, other) => other.own.made_at - one.own.made_at);
  }

  private async tell(half: Half, asked: Asked, beside: readonly { readonly name: string; readonly value: unknown }[]): Promise<void> {
    const id = newId(this.now());
    const { title, wave } = half.form;
    const own: OwnAsked = {
      event_id: id, title, wave, result: asked.result, is_answered: asked.answers !== null, made_at: this.now(),
    };
    // once they have answered, that is what is told of them
    await this.account.tell(id, formTold(half.approach_id, asked, asked.answers ? half.replaces : null), [{ name: OWN + half.approach_id, value: own }, ...beside]);
  }
}
