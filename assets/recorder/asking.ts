import { make, say, type Words } from "../coding/dom";
import type { Asked } from "../offline/events";
import type { Choice, FormKnown } from "../offline/wire";
import { button, choose, folded, several } from "./controls";
import { toggled } from "./draft";

const THROUGH = ["service", "peer", "outreach", "other"];
const RESULTS = ["consented", "refused", "not_eligible"];
const SCOPES = ["take_part", "link", "quote", "archive"];
const REASONS = [
  "under_age", "no_crack_use", "not_from_here", "took_part_already", "cannot_consent", "other", "declined", "not_recorded",
];

/** What asking starts from: as the last time. Nothing of a person. */
export interface Habit {
  readonly site_id: string;
  readonly through: string;
}

export interface AskingOptions {
  readonly words: Words;
  readonly form: FormKnown;
  readonly habit: Habit | undefined;
  record(asked: Omit<Asked, "answers">): Promise<string | null>;
  cancel(): void;
}

/** Who was asked, in three taps: through whom (as the last time), what they said, record. Nobody is named. */
export function askingForm({ words, form, habit, record, cancel }: AskingOptions): HTMLElement {
  let site = form.sites.find((one) => one.id === habit?.site_id)?.id ?? form.sites[0]?.id ?? "";
  let through = habit?.through ?? "service";
  let result: string | null = null;
  let reason = "not_recorded";
  let scopes: readonly string[] = ["take_part"];
  const labelled = (codes: readonly string[], label: (code: string) => string): Choice[] =>
    codes.map((code) => ({ code, label: label(code) }));
  const where = choose(say(words, "site"), form.sites.map(({ id, name }) => ({ code: id, label: name })), () => site, (code) => put(() => (site = code ?? site)));
  const by = choose(say(words, "asked_through"), labelled(THROUGH, (code) => say(words, `through_${code}`)), () => through, (code) => put(() => (through = code ?? through)));
  const said = choose(say(words, "asked_they"), labelled(RESULTS, (code) => say(words, `result_${code}`)), () => result, (code) => put(() => (result = code)));
  const agreed = several(
    say(words, "asked_scopes"), labelled(SCOPES, (code) => say(words, `scope_${code}`)), (code) => scopes.includes(code),
    // taking part is what everything else rests on
    (code) => put(() => (scopes = code === "take_part" ? scopes : toggled(scopes, code))),
  );
  const why = choose(say(words, "asked_reason"), labelled(REASONS, (code) => say(words, `reason_${code}`)), () => reason, (code) => put(() => (reason = code ?? reason)));
  const scopesPart = folded(say(words, "asked_scopes"), false, make("p", { class: "hint" }, say(words, "asked_scopes_hint", { sheet: form.sheet_version })), agreed.element);
  const problem = make("p", { class: "rec-problem", role: "alert", hidden: true });
  const parts = [where, by, said, agreed, why];
  const refresh = (): void => {
    for (const one of parts) one.refresh();
    why.element.hidden = result !== "not_eligible";
    scopesPart.hidden = result !== "consented";
  };
  function put(change: () => unknown): void {
    change();
    problem.hidden = true;
    refresh();
  }
  let isBusy = false;
  const press = button(say(words, "asked_record"), () => {
    if (isBusy) return;
    if (!result) {
      problem.textContent = say(words, "asked_first");
      problem.hidden = false;
      return;
    }
    isBusy = true;
    void record({
      wave_id: form.wave_id, site_id: site, through, result, asked_at: new Date().toISOString(), reason: result === "not_eligible" ? reason : "not_recorded", scopes,
    })
      .then((text) => {
        problem.textContent = text;
        problem.hidden = text === null;
      })
      .finally(() => (isBusy = false));
  }, "button-primary button-big");
  refresh();
  return make(
    "div", { class: "rec-asking form form-big", "data-asking": true },
    make("h2", { tabindex: "-1" }, `${form.title} · ${form.wave}`), make("p", { class: "hint" }, say(words, "asked_nobody")),
    ...(form.sites.length > 1 ? [where.element] : []), by.element, said.element, why.element, scopesPart, problem,
    make("div", { class: "actions" }, press, button(say(words, "leave_it"), cancel)),
  );
}
