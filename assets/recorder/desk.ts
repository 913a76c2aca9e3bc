import { make, say, type Words } from "../coding/dom";
import { newId } from "../coding/wire";
import type { Account, Habits, OwnRecord } from "../offline/account";
import { Full } from "../offline/database";
import { contactAgain, correction, newContact, onTop } from "../offline/events";
import type { Kept } from "../offline/outbox";
import { Locked } from "../offline/vault";
import { type DroppedFor, type Held, Refused, type Screen, SignedOut, Unreachable, type Wire } from "../offline/wire";
import { button, notice, sentence } from "./controls";
import { asTold, blank, lotsAfter } from "./draft";
import { type Draft, type Filled, Form, isOfNobody, startOf, type Task, Unsaved } from "./form";
import { FormsView } from "./forms";
import { inboxList } from "./inbox";
import { showAnew, todayList } from "./today";

type View = "record" | "today" | "forms" | "inbox";
const VIEWS: readonly View[] = ["record", "today", "forms", "inbox"];

export interface DeskOptions {
  readonly words: Words;
  readonly language: string;
  readonly account: Account;
  readonly wire: Wire;
  readonly screen: Screen;
  /** Where a form's own page lies. */
  readonly formPage: string;
  announce(text: string): void;
  /** Something was kept: show the number, then send. Kept when the number is shown. */
  kept(): Promise<void>;
  /** The vault was locked under our hands. */
  locked(): void;
  /** Somebody is at work in a form's own page. */
  touched(): void;
}

/** What was being told when the vault was locked. */
export interface Left {
  readonly task: Task;
  readonly draft: Draft;
}

/** The open recorder: the one screen, today's own records, and what came back. */
export class Desk {
  readonly element = make("div", { class: "rec-desk" });
  private readonly tabs = new Map<View, HTMLButtonElement>();
  private readonly views = new Map<View, HTMLElement>();
  private readonly saved = make("div", { class: "rec-saved" });
  private readonly inboxProblem = make("p", { class: "rec-problem", role: "alert", hidden: true });
  private readonly forms: FormsView;
  private form: Form | undefined;
  private shown: View = "record";
  private task: Task = { is: "new" };
  private habits: Habits | undefined;
  private held: readonly Held[] = [];
  /** When the server told last what came back. */
  private askedAt = 0;

  constructor(private options: DeskOptions) {
    const { words } = options;
    this.forms = new FormsView({
      words, language: options.language, account: options.account, wire: options.wire, page: options.formPage,
      kept: options.kept, locked: options.locked, touched: options.touched,
      isSettled: (event) => this.isSettled(event), back: (event) => this.back(event),
    });
    for (const view of VIEWS) {
      const press = make("button", { type: "button", class: "rec-tab" }, say(words, `tab_${view}`));
      press.addEventListener("click", () => {
        this.show(view);
        void this.refresh();
      });
      this.tabs.set(view, press);
      this.views.set(view, make("section", { class: "rec-view", "data-view": view, "aria-label": say(words, `tab_${view}`) }));
    }
    const bar = make("nav", { class: "rec-tabs", "aria-label": say(words, "parts") }, ...this.tabs.values());
    this.views.get("forms")?.append(this.forms.element);
    this.element.append(bar, ...this.views.values());
  }

  async open(left: Left | null): Promise<void> {
    this.habits = await this.options.account.habits();
    this.held = (await this.options.account.vault.kept<readonly Held[]>("inbox")) ?? [];
    // what is older than today is let go of by looking
    await this.options.account.today();
    await this.forms.open();
    this.start(left?.task ?? { is: "new" }, left?.draft);
    this.show("record");
    await this.refresh();
  }

  /** A newer screen. Where nothing is told yet it is drawn at once, else with the next contact. */
  learn(screen: Screen): void {
    this.options = { ...this.options, screen };
    if (this.task.is === "new" && this.form?.isUntouched) this.start({ is: "new" });
  }

  /** Before the vault is locked: a form that is half filled is kept. */
  leave(): Promise<void> {
    return this.forms.leave();
  }

  /** Somebody else takes over this page. */
  close(): void {
    this.forms.close();
  }

  /** Which forms may be filled in. Where it cannot be asked, what was known stays. */
  async learnForms(): Promise<void> {
    await this.forms.learn();
    await this.refresh();
  }

  /** To be hidden while the vault is locked. */
  get left(): Left | null {
    return this.form ? { task: this.task, draft: this.form.told } : null;
  }

  get hasBack(): boolean {
    return this.held.length > 0;
  }

  /** Whether the server keeps any that wait for another one. */
  get hasWaiting(): boolean {
    return this.held.some((one) => one.state === "waiting");
  }

  /** Draw what is known by now of records and what came back. */
  async refresh(): Promise<void> {
    const { words, account } = this.options;
    if (this.shown === "today") await this.drawToday();
    await (this.shown === "forms" ? this.forms.refresh() : this.forms.look());
    this.drawInbox();
    const counts: Record<View, number> = {
      record: 0, today: await account.ownCount(), forms: this.forms.count, inbox: this.held.length,
    };
    for (const [view, tab] of this.tabs) {
      const count = make("span", { class: "rec-tab-count num" }, counts[view] ? ` ${counts[view]}` : "");
      tab.replaceChildren(say(words, `tab_${view}`), count);
      // who interviews nobody has no such part
      if (view === "forms") tab.hidden = !this.forms.isWanted && this.shown !== "forms";
      tab.classList.toggle("is-wanted", view === "inbox" && counts[view] > 0);
    }
  }

  /** Ask what came back. Where it cannot be asked, what was known stays. */
  async ask(): Promise<void> {
    const at = Date.now();
    try {
      this.held = await this.options.wire.inbox();
      this.askedAt = at;
      await this.options.account.keepIfRoom("inbox", this.held);
    } catch (error) {
      // it is asked for again with the next round
      if (!isAway(error) && !(error instanceof Refused)) throw error;
    }
    await this.refresh();
  }

  /** Only where it is looked at: each record is opened with the vault's key. */
  private async drawToday(): Promise<void> {
    const { words, screen, language, account } = this.options;
    const list = todayList(await account.today(), {
      words, screen, language, correct: (own) => this.start({ is: "correct", own }), takeBack: (own) => void this.takeBack(own),
      isSettled: (event) => this.isSettled(event), back: (event) => this.back(event),
    });
    const view = this.views.get("today");
    if (view) showAnew(view, make("h2", {}, say(words, "tab_today")), list);
  }

  private isSettled({ id, receivedAt }: Kept): boolean {
    return (receivedAt ?? Infinity) < this.askedAt && !this.held.some((one) => one.id === id);
  }

  private back({ id }: Kept): Held | undefined {
    return this.held.find((one) => one.id === id);
  }

  private drawInbox(): void {
    const { words, screen, language } = this.options;
    const list = inboxList(this.held, {
      words, screen, language, again: (held) => this.start({ is: "again", held }), onTop: (held) => void this.onTop(held),
      drop: (held, why) => void this.drop(held, why), openAgain: (held) => void this.openAgain(held),
    });
    this.views.get("inbox")?.replaceChildren(make("h2", {}, say(words, "tab_inbox")), this.inboxProblem, list);
  }

  private show(view: View): void {
    this.shown = view;
    for (const [name, element] of this.views) element.hidden = name !== view;
    for (const [name, tab] of this.tabs) {
      if (name === view) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
  }

  private start(task: Task, draft?: Draft): void {
    const { words, screen, language } = this.options;
    const begin = (): Draft => {
      if (task.is === "correct") return startOf(task.own.contact, screen);
      if (task.is === "again" && task.held.contact) {
        return { ...startOf(asTold(task.held.contact), screen), whom: isOfNobody(task) ? "code" : "same" };
      }
      return startOf(blank(screen, this.habits), screen);
    };
    this.task = task;
    this.form = new Form({
      words, screen, language, task, draft: draft ?? begin(), habits: this.habits,
      announce: (text) => this.options.announce(text), save: (filled) => this.save(task, filled),
      cancel: () => {
        this.start({ is: "new" });
        this.show(task.is === "correct" ? "today" : "inbox");
        void this.refresh();
      },
    });
    this.views.get("record")?.replaceChildren(this.saved, this.form.element);
    if (task.is !== "new") {
      this.saved.replaceChildren();
      this.show("record");
      this.form.focus();
      scrollTo({ top: 0 });
    }
  }

  private async save(task: Task, filled: Filled): Promise<void> {
    const own = await this.keeping(() => this.kept(task, filled));
    if (task.is === "new") {
      const { site_id, route, place, kit_lines: last } = own.contact;
      const site = this.options.screen.sites.find((one) => one.id === site_id);
      const lots = site ? lotsAfter(this.habits, site, own.contact) : (this.habits?.lots ?? {});
      this.habits = { site_id, route, place, last, lots };
      await this.options.account.keepIfRoom("habits", this.habits);
    }
    this.start({ is: "new" });
    await this.options.kept();
    this.tellSaved(own, task);
    scrollTo({ top: 0 });
    this.form?.focus();
  }

  private async kept(task: Task, { contact, whom, why }: Filled): Promise<OwnRecord> {
    const { account } = this.options;
    if (task.is === "new") return account.record(newContact(newId(), contact), contact);
    if (task.is === "correct") {
      const { own } = task;
      const after = own.events.at(-1) ?? own.contact_id;
      return account.record(correction(own.contact_id, contact, after, why, whom === "same"), contact, own);
    }
    const { held } = task;
    const keepsCode = whom === "same" && held.has_client_code;
    // of a contact that was taken back meanwhile nothing stands that could be corrected: it is a new one
    const isGone = held.state === "conflict" && held.current === null;
    if (held.kind === "contact" || isGone) {
      const own = await account.record(contactAgain(newId(), contact, held.id, keepsCode), contact);
      if (held.contact_id) await account.forget(held.contact_id);
      return own;
    }
    return this.top(held, contact, why, keepsCode, whom === "same");
  }

  private async top(
    held: Held, contact: Held["contact"], why: string, keepsCode: boolean, isSame: boolean,
  ): Promise<OwnRecord> {
    const { account } = this.options;
    const before = (await account.today()).find((one) => one.own.contact_id === held.contact_id)?.own;
    const shown = contact ?? held.current ?? before?.contact;
    if (!shown || !held.contact_id) throw new Unsaved(say(this.options.words, "nothing_stands"));
    const about = onTop(held.contact_id, contact, held.id, held.current?.version ?? null, why, keepsCode, isSame);
    return account.record(about, asTold({ ...shown, client_code: null }), before);
  }

  private async onTop(held: Held): Promise<void> {
    const why = this.options.screen.enums.why_corrected[0]?.code ?? "";
    const told = held.contact && asTold(held.contact);
    await this.inInbox(async () => {
      await this.keeping(() => this.top(held, told, why, held.has_client_code, true));
      await this.options.kept();
    });
  }

  private async openAgain(held: Held): Promise<void> {
    await this.inInbox(async () => {
      const answers = await this.options.wire.heldForm(held.id);
      const half = await this.keeping(() => this.forms.openAgain(answers, held.id));
      this.show("forms");
      await this.forms.interview(half);
      await this.refresh();
    });
  }

  private async drop(held: Held, why: DroppedFor): Promise<void> {
    await this.inInbox(async () => {
      await this.options.wire.drop(held.id, why);
      this.held = this.held.filter((one) => one.id !== held.id);
      // what it says there was dropped, or was never what stands: the plain pages show what does
      if (held.contact_id) await this.options.account.forget(held.contact_id);
      await this.options.account.keepIfRoom("inbox", this.held);
      this.options.announce(say(this.options.words, "dropped"));
      await this.refresh();
    });
  }

  private async inInbox(work: () => Promise<void>): Promise<void> {
    this.inboxProblem.hidden = true;
    try {
      await work();
    } catch (error) {
      const isSaid = error instanceof Refused || error instanceof Unsaved;
      if (!isSaid && !isAway(error)) throw error;
      this.inboxProblem.textContent = isSaid ? error.message : say(this.options.words, "needs_network");
      this.inboxProblem.hidden = false;
    }
  }

  /** What the device could not keep is said, and stays on the screen. */
  private async keeping<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Full) throw new Unsaved(say(this.options.words, "device_full"));
      if (error instanceof Locked) this.options.locked();
      throw error;
    }
  }

  private tellSaved(own: OwnRecord, task: Task): void {
    const { words } = this.options;
    const undo = button(say(words, "undo"), () => void this.takeBack(own));
    const text = sentence(say(words, task.is === "new" ? "saved" : "saved_again"));
    this.saved.replaceChildren(notice("good", text, ...(task.is === "new" ? [undo] : [])));
  }

  private async takeBack(own: OwnRecord): Promise<void> {
    const { words } = this.options;
    try {
      const is = await this.keeping(() => this.options.account.takeBack(own));
      this.saved.replaceChildren(notice("info", sentence(say(words, is === "removed" ? "undone" : "undone_later"))));
      this.options.announce(say(words, is === "removed" ? "undone" : "undone_later"));
    } catch (error) {
      if (!(error instanceof Unsaved)) throw error;
      this.saved.replaceChildren(notice("error", sentence(error.message)));
      this.show("record");
    }
    await this.options.kept();
  }
}

function isAway(error: unknown): boolean {
  return error instanceof SignedOut || error instanceof Unreachable;
}
