import { make, say, type Words } from "../coding/dom";
import type { Account } from "../offline/account";
import { Full } from "../offline/database";
import type { Asked } from "../offline/events";
import { FormShelf, type Half, NotTaken, openAlone, TooLarge, TooLong } from "../offline/forms";
import { FormFrame, keepPages } from "../offline/frame";
import type { Kept } from "../offline/outbox";
import { Locked } from "../offline/vault";
import { type FormKnown, type Held, type HeldForm, Refused, SignedOut, Unreachable, type Wire } from "../offline/wire";
import { askingForm, type Habit } from "./asking";
import { timeWords } from "./clock";
import { button, notice, sentence } from "./controls";
import { stateOf, twice } from "./today";

export interface FormsOptions {
  readonly words: Words;
  readonly language: string;
  readonly account: Account;
  readonly wire: Wire;
  /** Where a form's own page lies. */
  readonly page: string;
  kept(): Promise<void>;
  locked(): void;
  touched(): void;
  isSettled(event: Kept): boolean;
  back(event: Kept): Held | undefined;
}

/** Forms of the waves that are open at one's sites: asking somebody, the interview, and what became of it. */
export class FormsView {
  readonly element = make("div", { class: "rec-forms" });
  private readonly shelf: FormShelf;
  private forms: readonly FormKnown[] = [];
  private halves: readonly Half[] = [];
  private halfCount = 0;
  private letGo: (() => void) | undefined;
  private frame: FormFrame | undefined;
  private told: HTMLElement | null = null;
  private isAsking = false;

  constructor(private readonly options: FormsOptions) {
    this.shelf = new FormShelf(options.account, options.wire);
  }

  /** Whether there is anything to be looked at. */
  get isWanted(): boolean {
    return this.forms.length > 0 || this.halfCount > 0;
  }

  get count(): number {
    return this.halfCount;
  }

  async open(): Promise<void> {
    this.forms = await this.shelf.known();
    await this.look();
  }

  /** Ask the server; what it cannot be asked stays as it was known. A device without room keeps fewer forms. */
  async learn(): Promise<void> {
    try {
      this.forms = await this.shelf.learn();
      if (this.forms.length) await keepPages();
    } catch (error) {
      const isAway = error instanceof SignedOut || error instanceof Unreachable || error instanceof Refused;
      if (!isAway && !(error instanceof Full) && !(error instanceof Locked)) throw error;
    }
  }

  /** Before the vault is locked: what is filled in so far is kept. */
  async leave(): Promise<void> {
    const { frame } = this;
    this.frame = undefined;
    await frame?.leave();
    this.close();
  }

  /** At once, as it stands: somebody else takes over this page. */
  close(): void {
    this.frame?.close();
    this.frame = undefined;
    this.letGo?.();
    this.letGo = undefined;
  }

  /** Answers that came back, half filled again. */
  openAgain(held: HeldForm, id: string): Promise<Half> {
    return this.shelf.openAgain(held, id);
  }

  /** How many are half filled: all that is shown while another part is looked at. */
  async look(): Promise<void> {
    this.halfCount = await this.shelf.halfCount();
  }

  async refresh(): Promise<void> {
    await this.look();
    if (this.frame || this.isAsking) return;
    const { words } = this.options;
    this.halves = await this.shelf.halves();
    const today = await this.shelf.today();
    this.element.replaceChildren(
      make("h2", {}, say(words, "tab_forms")), ...(this.told ? [this.told] : []), make("p", { class: "hint" }, say(words, "forms_hint")),
      ...(this.halves.length ? [make("h3", {}, say(words, "forms_half")), this.halfList()] : []),
      await this.formList(),
      ...(today.length ? [make("h3", {}, say(words, "forms_today")), this.todayList(today)] : []),
    );
  }

  private halfList(): HTMLElement {
    const { words, language } = this.options;
    const rows = this.halves.map((half) =>
      make(
        "li", { class: "rec-record", "data-half": half.approach_id },
        make("p", { class: "rec-record-head" }, make("strong", {}, timeWords(new Date(half.changed_at).toISOString(), zone(), language)), ` · ${half.form.title} · ${half.form.wave}`),
        make(
          "div", { class: "actions" }, button(say(words, "forms_go_on"), () => void this.interview(half), "button-primary"),
          twice(say(words, "forms_throw"), say(words, "forms_throw_sure"), () => void this.throwAway(half)),
        ),
      ),
    );
    return make("ol", { class: "rec-records" }, ...rows);
  }

  private async formList(): Promise<HTMLElement> {
    const { words, account } = this.options;
    if (!this.forms.length) return make("p", { class: "muted" }, say(words, "forms_none"));
    const here = new Set(await account.keptNames("form/"));
    const rows = this.forms.map((form) => {
      const isHere = here.has(`form/${form.content_hash}`);
      const row = make("li", { class: "rec-record", "data-form": form.version_id }, make("p", { class: "rec-record-head" }, make("strong", {}, form.title), ` · ${form.wave}`));
      if (form.has_files) row.append(make("p", { class: "hint" }, say(words, "forms_files")));
      if (isHere) row.append(make("div", { class: "actions" }, button(say(words, "forms_ask"), () => void this.ask(form), "button-primary")));
      else row.append(make("p", { class: "rec-receipt tone-warn" }, say(words, form.is_too_large ? "forms_too_large" : "forms_not_kept")));
      return row;
    });
    return make("ul", { class: "rec-records" }, ...rows);
  }

  private todayList(today: Awaited<ReturnType<FormShelf["today"]>>): HTMLElement {
    const { words, language } = this.options;
    const rows = today.map(({ own, event }) => {
      const { text, tone } = stateOf(event, zone(), this.options);
      const what = own.is_answered ? say(words, "forms_answered") : say(words, `result_${own.result}`);
      return make(
        "li", { class: "rec-record", "data-asked": own.event_id },
        make("p", { class: "rec-record-head" }, make("strong", {}, timeWords(new Date(own.made_at).toISOString(), zone(), language)), ` · ${own.title} · ${own.wave} · ${what}`),
        make("p", { class: `rec-receipt tone-${tone}` }, text),
      );
    });
    return make("ol", { class: "rec-records" }, ...rows);
  }

  private async ask(form: FormKnown): Promise<void> {
    const habit = await this.options.account.vault.kept<Habit>("asking");
    this.isAsking = true;
    this.told = null;
    const back = (): void => {
      this.isAsking = false;
      void this.refresh();
    };
    const element = askingForm({ words: this.options.words, form, habit, cancel: back, record: (asked) => this.recorded(form, asked) });
    this.element.replaceChildren(element);
    element.querySelector<HTMLElement>("h2")?.focus();
  }

  /** A sentence where it could not be kept. */
  private async recorded(form: FormKnown, asked: Omit<Asked, "answers">): Promise<string | null> {
    const { words, account } = this.options;
    const done = await this.keeping(() => this.shelf.ask(form, asked));
    if ("text" in done) return done.text;
    const half = done.value;
    this.isAsking = false;
    await account.keepIfRoom("asking", { site_id: asked.site_id, through: asked.through } satisfies Habit);
    if (half) await this.interview(half);
    else this.told = notice("good", sentence(say(words, "asked_recorded")));
    await this.options.kept();
    return null;
  }

  async interview(half: Half): Promise<void> {
    const { words, account, page } = this.options;
    const formXml = await this.shelf.definition(half.form.content_hash);
    // the page itself may be had now where it was not yet
    const isHere = (await caches.match(page)) !== undefined || (await keepPages());
    if (!formXml || !isHere) {
      this.told = notice("warn", sentence(say(words, "forms_not_kept")));
      await this.refresh();
      return;
    }
    const letGo = await openAlone(half);
    if (!letGo) return this.isOpenElsewhere();
    this.letGo = letGo;
    this.told = null;
    let isOver = false;
    const line = make("p", { class: "small muted", role: "status", "data-form-state": true }, say(words, "form_opening"));
    const problem = make("p", { class: "rec-problem", role: "alert", hidden: true });
    const refuse = (text: string): false => {
      problem.textContent = text;
      problem.hidden = false;
      scrollTo({ top: 0 });
      return false;
    };
    const frame = new FormFrame(page, half.form.title, { formXml, half: half.xml, files: await this.shelf.filesOf(half) }, {
      drawn: (isShown, why) => {
        line.textContent = "";
        frame.element.dataset.drawn = String(isShown);
        if (!isShown) refuse(say(words, "form_not_shown", { why }));
      },
      touched: () => this.options.touched(),
      half: async (filled) => {
        if (isOver || !account.vault.isOpen) return false;
        const done = await this.keeping(() => this.shelf.keepHalf(half, filled));
        line.textContent = "text" in done ? done.text : say(words, "form_kept");
        return !("text" in done);
      },
      whole: async (filled) => {
        isOver = true;
        const done = await this.keeping(() => this.shelf.answer(half, filled));
        if ("text" in done) {
          isOver = false;
          return refuse(done.text);
        }
        await this.over(done.value);
        return true;
      },
    });
    this.frame = frame;
    const leave = button(say(words, "form_leave"), () => void this.leave().then(() => this.refresh()).then(() => this.options.kept()));
    this.element.replaceChildren(make("h2", { class: "rec-form-head" }, `${half.form.title} · ${half.form.wave}`), problem, frame.element, line, make("div", { class: "actions" }, leave));
  }

  private async over(code: string | null): Promise<void> {
    const { words } = this.options;
    const shown = code && make("strong", { class: "mono", "data-code": true }, `${code.slice(0, 4)}-${code.slice(4)}`);
    const told = shown ? make("p", {}, `${say(words, "form_code")} `, shown) : make("p", {}, say(words, "form_code_stays"));
    this.told = notice("good", sentence(say(words, "form_saved")), told);
    this.close();
    await this.refresh();
    scrollTo({ top: 0 });
    await this.options.kept();
  }

  private async isOpenElsewhere(): Promise<void> {
    this.told = notice("warn", sentence(say(this.options.words, "form_elsewhere")));
    await this.refresh();
  }

  /** What the device could not keep is said; what is on the screen stays there. */
  private async keeping<T>(work: () => Promise<T>): Promise<{ readonly value: T } | { readonly text: string }> {
    const { words } = this.options;
    try {
      return { value: await work() };
    } catch (error) {
      if (error instanceof Full) return { text: say(words, "form_full") };
      if (error instanceof NotTaken) return { text: say(words, "form_files_not_taken") };
      if (error instanceof TooLarge) return { text: say(words, "form_files_too_large") };
      if (error instanceof TooLong) return { text: say(words, "form_too_long") };
      if (error instanceof Locked) this.options.locked();
      else reportError(error);
      return { text: say(words, "not_saved") };
    }
  }

  private async throwAway(half: Half): Promise<void> {
    const letGo = await openAlone(half);
    if (!letGo) return this.isOpenElsewhere();
    await this.shelf.throwAway(half);
    letGo();
    await this.refresh();
    await this.options.kept();
  }
}

/** Of the device: what is kept here tells no site's own. */
function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
