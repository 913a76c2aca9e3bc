import { make, say, type Words } from "../coding/dom";
import type { Habits, OwnRecord } from "../offline/account";
import type { Contact } from "../offline/events";
import type { Held, Screen, Site } from "../offline/wire";
import { momentOf, wallAt } from "./clock";
import { isLikely, normalised } from "./code";
import { button, choose, folded, group, newName, number, type Part, tap } from "./controls";
import { lastLot, TALLY, withLines } from "./draft";
import { where } from "./facts";
import { countedPart } from "./counted";
import { type Giving, givenPart, refusalWords, refused, returnedPart, thingsFor } from "./given";
import { barriersPart, needsPart, type Telling, topicsPart } from "./told";

/** What the form is for: a new contact, one of today's put right, or one that came back. */
export type Task =
  | { readonly is: "new" }
  | { readonly is: "correct"; readonly own: OwnRecord }
  | { readonly is: "again"; readonly held: Held };

/** Whom a record that is put right is about. */
export type Whom = "same" | "code" | "anonymous";

/** What was told so far; while the vault is locked it stays in memory alone, and hidden. */
export interface Draft {
  readonly contact: Contact;
  readonly code: string;
  readonly whom: Whom;
  readonly why: string;
  /** By the clock at the site; empty: now, or as it was. */
  readonly happened: string;
  readonly isGivenAlready: boolean;
}

export interface Filled {
  readonly contact: Contact;
  readonly whom: Whom;
  readonly why: string;
}

export interface FormOptions {
  readonly words: Words;
  readonly screen: Screen;
  readonly language: string;
  readonly task: Task;
  readonly draft: Draft;
  readonly habits: Habits | undefined;
  announce(text: string): void;
  /** Rejects with the sentence why where it could not be kept. */
  save(filled: Filled): Promise<void>;
  /** Only where something else is put right. */
  cancel(): void;
}

export function startOf(contact: Contact, screen: Screen): Draft {
  const why = screen.enums.why_corrected[0]?.code ?? "";
  return { contact, code: "", whom: "same", why, happened: "", isGivenAlready: false };
}

/** A correction of a contact that is gone by now, which did not say whom it is about. */
export function isOfNobody(task: Task): boolean {
  if (task.is !== "again" || task.held.has_client_code || task.held.kind === "contact") return false;
  return task.held.state === "conflict" && task.held.current === null;
}

/** A sentence for who fills the form. */
export class Unsaved extends Error {}

const SILENT = "not_recorded";

/** As a sentence begins. */
function begun(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
}

/** One screen for a contact. It asks for nothing: what is left alone is not recorded. */
export class Form {
  readonly element: HTMLFormElement;
  private draft: Draft;
  private parts: Part[] = [];
  private isSaving = false;
  private readonly body = make("div", { class: "rec-body" });
  private readonly problem = make("p", { class: "rec-problem", role: "alert", hidden: true });
  private readonly code: HTMLInputElement;
  private readonly summary = make("span", { class: "where-now" });

  constructor(private readonly options: FormOptions) {
    this.draft = options.draft;
    this.code = this.codeField();
    const { words, task } = options;
    const save = make("button", { type: "submit", class: "button button-primary button-big" }, say(words, task.is === "new" ? "save" : "save_again"));
    const bar = make("div", { class: "rec-bar" }, this.problem, save);
    if (task.is !== "new") bar.append(button(say(words, "leave_it"), () => options.cancel(), "button-quiet"));
    this.element = make("form", { class: "form form-big rec-form", autocomplete: "off", novalidate: true }, this.body, bar);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save(save);
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.element.requestSubmit();
    });
    save.setAttribute("aria-keyshortcuts", "Control+Enter");
    this.draw();
  }

  get told(): Draft {
    return this.draft;
  }

  get isUntouched(): boolean {
    return this.draft === this.options.draft;
  }

  focus(): void {
    if (this.options.task.is === "new") this.code.focus({ preventScroll: true });
    else this.element.querySelector<HTMLElement>("h2")?.focus();
  }

  private get site(): Site {
    const { screen } = this.options;
    const site = screen.sites.find((one) => one.id === this.draft.contact.site_id) ?? screen.sites[0];
    if (!site) throw new Error("there is no site to record at");
    return site;
  }

  private change(contact: Contact): void {
    const isElsewhere = contact.site_id !== this.draft.contact.site_id;
    this.draft = { ...this.draft, contact };
    if (isElsewhere) this.draw();
    else this.refresh();
  }

  private set(changed: Partial<Draft>): void {
    this.draft = { ...this.draft, ...changed };
    this.refresh();
  }

  private refresh(): void {
    this.summary.textContent = where(this.draft.contact, this.options.screen);
    for (const part of this.parts) part.refresh();
  }

  private draw(): void {
    const { words, task } = this.options;
    const isWhereOpen = this.body.querySelector<HTMLDetailsElement>(".where")?.open ?? false;
    this.parts = [];
    const telling: Telling = {
      words, screen: this.options.screen, contact: () => this.draft.contact, change: (contact) => this.change(contact),
    };
    const { contact } = this.draft;
    this.body.replaceChildren(
      ...(task.is === "new" ? [] : [make("h2", { tabindex: "-1" }, say(words, task.is === "correct" ? "put_right" : "send_again"))]),
      this.where(isWhereOpen),
      this.whom(),
      this.given(),
      group(say(words, "told"), "rec-told", make("p", { class: "hint" }, say(words, "told_hint")), this.add(topicsPart(telling))),
      folded(say(words, "needs_and_done"), contact.needs.length > 0, this.add(needsPart(telling))),
      folded(say(words, "in_the_way"), contact.barriers.length > 0, this.add(barriersPart(telling))),
      folded(say(words, "more"), false, ...this.more()),
      ...(task.is === "new" ? [] : [this.why()]),
    );
    this.refresh();
  }

  private add(part: Part): HTMLElement {
    this.parts.push(part);
    return part.element;
  }

  private where(isOpen: boolean): HTMLElement {
    const { words, screen } = this.options;
    const pick = (changed: Partial<Contact>): void => this.change({ ...this.draft.contact, ...changed });
    const sites = screen.sites.map((site) => ({ code: site.id, label: site.name }));
    return make(
      "details", { class: "where", open: isOpen },
      make("summary", {}, this.summary, make("span", { class: "where-change" }, say(words, "change"))),
      make(
        "div", { class: "rec-inside" },
        this.add(choose(say(words, "site"), sites, () => this.draft.contact.site_id, (code) => code && pick({ site_id: code }))),
        this.add(choose(say(words, "route"), screen.enums.route, () => this.draft.contact.route, (code) => code && pick({ route: code }))),
        this.add(choose(say(words, "place"), screen.lists.place, () => this.draft.contact.place, (code) => pick({ place: code ?? SILENT }))),
      ),
    );
  }

  private codeField(): HTMLInputElement {
    const input = make("input", {
      type: "text", class: "rec-code mono", id: newName("code"), autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
      maxlength: "60", enterkeyhint: "next",
    });
    // the keyboard's "next" goes on to what was given: nothing is saved by it
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      this.element.querySelector<HTMLElement>(".rec-given button:not([hidden])")?.focus();
    });
    input.value = this.draft.code;
    input.addEventListener("input", () => {
      input.removeAttribute("aria-invalid");
      this.draft = { ...this.draft, code: input.value };
    });
    return input;
  }

  private whom(): HTMLElement {
    const { words, screen, task } = this.options;
    const hint = make("p", { class: "hint", id: newName("hint") }, say(words, "code_hint", { hint: begun(screen.client_code.hint) }));
    this.code.setAttribute("aria-describedby", hint.id);
    const field = make("div", { class: "field" }, make("label", { class: "label", for: this.code.id }, say(words, "code")), hint, this.code);
    const counting = countedPart(words, () => this.draft.contact, (contact) => this.change(contact));
    const isTally = (): boolean => this.draft.contact.kind === TALLY;
    if (task.is === "new") {
      this.parts.push(counting, { element: field, refresh: () => (field.hidden = isTally()) });
      return make("div", { class: "rec-whom" }, counting.element, field);
    }
    const isKnown = task.is === "correct" ? task.own.has_code : task.held.has_client_code;
    const same = { code: "same", label: say(words, isKnown ? "same_person" : "still_anonymous") };
    const whom = choose(
      say(words, "whom"),
      [
        // nothing stands any more of which the person could be kept
        ...(isOfNobody(task) ? [] : [same]),
        { code: "code", label: say(words, "other_code") },
        ...(isKnown || isOfNobody(task) ? [{ code: "anonymous", label: say(words, "anonymous") }] : []),
      ],
      () => this.draft.whom, (code) => this.set({ whom: (code as Whom | null) ?? "same" }),
    );
    const refresh = (): void => {
      whom.element.hidden = isTally();
      field.hidden = isTally() || this.draft.whom !== "code";
      whom.refresh();
    };
    this.parts.push(counting, { element: field, refresh });
    return make("div", { class: "rec-whom" }, counting.element, whom.element, field);
  }

  private giving(): Giving {
    const { words, screen, language, task, habits } = this.options;
    return {
      words, screen, language, site: this.site, things: thingsFor(screen, this.site, this.draft.contact.kit_lines, words),
      contact: () => this.draft.contact, change: (contact) => this.change(contact), announce: (text) => this.options.announce(text),
      // what is put right has happened; the rule is for what has not
      isGivenAlready: () => task.is !== "new" || this.draft.isGivenAlready,
      // of what is put right nobody knows from which lot it came but who was there
      lastLot: (thing) => (task.is === "new" ? lastLot(habits, this.site, thing) : null),
    };
  }

  private given(): HTMLElement {
    const { words, task, habits } = this.options;
    const giving = this.giving();
    const children: HTMLElement[] = [];
    if (task.is === "new" && habits?.last.length) {
      const again = button(say(words, "repeat_last"), () => this.change(withLines(this.draft.contact, habits.last, this.site)), "rec-repeat");
      this.parts.push({ element: again, refresh: () => (again.hidden = this.draft.contact.kit_lines.length > 0) });
      children.push(again);
    }
    children.push(this.add(givenPart(giving)));
    if (task.is === "new" && refused(giving).size) {
      const press = (): void => this.set({ isGivenAlready: !this.draft.isGivenAlready });
      children.push(this.add(tap(say(words, "given_already"), () => this.draft.isGivenAlready, press)));
    }
    const value = (): number | null => {
      const count = this.draft.contact.on_behalf_of;
      return typeof count === "number" ? count : null;
    };
    const put = (count: number | null): void => this.change({ ...this.draft.contact, on_behalf_of: count ?? SILENT });
    if (giving.things.length) children.push(this.add(returnedPart(giving)));
    children.push(this.add(number(say(words, "on_behalf"), words, value, put, { hint: say(words, "on_behalf_hint") })));
    return group(say(words, "given_out"), "rec-given", ...children);
  }

  private more(): HTMLElement[] {
    const { words, screen, task } = this.options;
    const one = (name: "mode" | "who_spoke" | "newness" | "duration", silent: string): HTMLElement =>
      this.add(
        choose(
          say(words, name), screen.enums[name].filter((choice) => choice.code !== silent), () => this.draft.contact[name],
          (code) => this.change({ ...this.draft.contact, [name]: code ?? silent }), true,
        ),
      );
    const when = make("input", { type: "datetime-local", id: newName("when"), class: "rec-when" });
    when.value = this.draft.happened || (task.is === "new" ? "" : wallAt(new Date(this.draft.contact.device_time), this.site.time_zone));
    when.addEventListener("change", () => (this.draft = { ...this.draft, happened: when.value }));
    const label = make("label", { class: "label", for: when.id }, say(words, "when"));
    return [
      one("newness", "unknown"), one("mode", SILENT), one("who_spoke", SILENT), one("duration", SILENT),
      make("div", { class: "field" }, label, make("p", { class: "hint" }, say(words, "when_hint")), when),
    ];
  }

  private why(): HTMLElement {
    const { words, screen } = this.options;
    return this.add(choose(say(words, "why"), screen.enums.why_corrected, () => this.draft.why, (code) => code && this.set({ why: code })));
  }

  private async save(press: HTMLButtonElement): Promise<void> {
    if (this.isSaving) return;
    this.isSaving = true;
    press.setAttribute("aria-busy", "true");
    this.problem.hidden = true;
    try {
      await this.options.save(this.filled());
    } catch (error) {
      const isSaid = error instanceof Unsaved;
      this.problem.textContent = isSaid ? error.message : say(this.options.words, "not_saved");
      this.problem.hidden = false;
      if (!isSaid) throw error;
    } finally {
      this.isSaving = false;
      press.removeAttribute("aria-busy");
    }
  }

  /** What is to be kept. Throws the sentence where something in it cannot be. */
  private filled(): Filled {
    const { words, screen, task, language } = this.options;
    const { why, code } = this.draft;
    const isTally = this.draft.contact.kind === TALLY;
    if (isTally && this.draft.contact.tally < 1) throw new Unsaved(say(words, "tally_first"));
    // nobody's code goes with a number of contacts
    const whom = isTally ? "anonymous" : this.draft.whom;
    const asked = !isTally && (task.is === "new" || whom === "code");
    const typed = asked ? code.trim() : "";
    if ((typed && !isLikely(typed, screen.client_code.pattern)) || (!typed && task.is !== "new" && asked)) {
      this.code.setAttribute("aria-invalid", "true");
      this.code.focus();
      throw new Unsaved(say(words, "code_wrong", { hint: screen.client_code.hint }));
    }
    const giving = this.giving();
    if (!giving.isGivenAlready()) {
      const closed = refused(giving);
      const thing = giving.things.find((one) => closed.has(one.key) && this.gives(one.item_id, one.kit_version_id));
      const refusal = thing && closed.get(thing.key);
      if (thing && refusal) throw new Unsaved(refusalWords(words, refusal, thing.name, language));
    }
    const contact = { ...this.draft.contact, device_time: this.moment(), client_code: typed ? normalised(typed) : null };
    return { contact, whom: task.is === "new" ? (typed ? "code" : "anonymous") : whom, why };
  }

  private gives(item: string | null, kit: string | null): boolean {
    return this.draft.contact.kit_lines.some((line) => line.item_id === item && line.kit_version_id === kit && line.quantity > 0);
  }

  /** When it happened. A field shows minutes: what comes back as it was shown stays as it was. */
  private moment(): string {
    const { task, words } = this.options;
    const { happened, contact } = this.draft;
    const zone = this.site.time_zone;
    const before = task.is === "new" ? new Date() : new Date(contact.device_time);
    if (!happened || happened === wallAt(before, zone)) return before.toISOString();
    const found = momentOf(happened, zone);
    if (found.getTime() > Date.now()) throw new Unsaved(say(words, "not_yet"));
    return found.toISOString();
  }
}
