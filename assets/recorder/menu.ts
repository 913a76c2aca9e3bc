import { make, say, type Words } from "../coding/dom";
import type { Account } from "../offline/account";
import { Full } from "../offline/database";
import { NoRecords, readFile, written } from "../offline/file";
import type { Standing } from "../offline/sync";
import { Unreachable, type Wire } from "../offline/wire";
import { button, newName } from "./controls";
import { twice } from "./today";

export interface MenuOptions {
  readonly words: Words;
  readonly wire: Wire;
  readonly addresses: { readonly signIn: string; readonly signOut: string };
  account(): Account | undefined;
  /** Something may be sent that could not before: the number is shown, then it goes. */
  changed(): Promise<void>;
  lock(): void;
}

/** What is needed seldom: send now, by file, lock, sign out. */
export class Menu {
  readonly element: HTMLElement;
  private readonly details: HTMLDetailsElement;
  readonly told = make("p", { class: "rec-told-menu", role: "status" });
  private readonly whose = make("p", { class: "rec-whose", "data-whose": true });
  private readonly lock: HTMLButtonElement;
  private readonly save: HTMLButtonElement;
  private readonly out: HTMLElement;
  /** Where a file is the only way, it stands in sight. */
  readonly beside: HTMLButtonElement;
  private waiting = 0;

  constructor(private readonly options: MenuOptions) {
    const { words } = options;
    this.lock = button(say(words, "lock"), () => options.lock());
    this.save = button(say(words, "save_file"), () => void this.saveFile());
    this.beside = button(say(words, "save_file"), () => void this.saveFile(), "button-primary");
    const name = newName("file");
    const file = make("input", { type: "file", id: name, class: "rec-file", accept: ".json,application/json" });
    file.addEventListener("change", () => void this.sendFile(file));
    this.out = make("div", {});
    this.details = make(
      "details", { class: "rec-menu" },
      make("summary", { class: "button" }, say(words, "menu")),
      make(
        "div", { class: "rec-menu-panel panel" },
        this.whose,
        button(say(words, "send_now"), () => void options.changed()),
        this.save,
        make("div", { class: "field" }, make("label", { class: "label", for: name }, say(words, "send_file")), file),
        this.out,
      ),
    );
    this.element = make("div", { class: "rec-tools" }, this.lock, this.details);
    addEventListener("pointerdown", (event) => {
      if (event.target instanceof Node && !this.details.contains(event.target)) this.details.open = false;
    });
    this.details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.details.open = false;
      this.details.querySelector("summary")?.focus();
    });
    this.drawOut();
    this.isOpen(false);
  }

  /** Whose recorder is open; locked, it is nobody's to read. */
  isOpen(is: boolean, whose = ""): void {
    this.lock.hidden = !is;
    this.whose.textContent = whose;
    this.whose.hidden = !whose;
    if (!is) this.details.open = false;
  }

  show(waiting: number, standing: Standing): void {
    this.save.hidden = waiting === 0;
    this.beside.hidden = standing.state !== "retired" || waiting === 0;
    if (waiting !== this.waiting) {
      this.waiting = waiting;
      this.drawOut();
    }
  }

  /** With unsent records, signing out asks once more, and keeps them. */
  private drawOut(): void {
    const { words } = this.options;
    const leave = (): void => void this.signOut();
    const warning = say(words, "sign_out_waits", { count: this.waiting });
    const press = this.waiting ? twice(say(words, "sign_out"), say(words, "sign_out_sure"), leave, "") : button(say(words, "sign_out"), leave);
    this.out.replaceChildren(...(this.waiting ? [make("p", { class: "hint" }, warning)] : []), press);
  }

  private async signOut(): Promise<void> {
    const { wire, addresses, lock, words } = this.options;
    try {
      await wire.signOut(addresses.signOut);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.told.textContent = say(words, "needs_network");
      return;
    }
    lock();
    location.assign(addresses.signIn);
  }

  private async saveFile(): Promise<void> {
    const account = this.options.account();
    if (!account) return;
    const events = await account.outbox.toSave();
    const address = URL.createObjectURL(new Blob([written(account.identity.account_id, events)], { type: "application/json" }));
    const name = `throughline-${new Date().toISOString().slice(0, 10)}-${events.length}.json`;
    const link = make("a", { href: address, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    this.told.textContent = say(this.options.words, "file_saved", { name });
  }

  private async sendFile(input: HTMLInputElement): Promise<void> {
    const { words } = this.options;
    const [account, file] = [this.options.account(), input.files?.[0]];
    input.value = "";
    if (!account || !file) return;
    try {
      const records = readFile(await file.text());
      if (records.account_id !== account.identity.account_id) {
        this.told.textContent = say(words, "file_of_another");
        return;
      }
      const added = await account.outbox.take(records.events);
      await this.options.changed();
      this.told.textContent = say(words, "file_taken", { count: added });
    } catch (error) {
      if (error instanceof NoRecords) this.told.textContent = say(words, "file_is_none");
      else if (error instanceof Full) this.told.textContent = say(words, "device_full");
      else throw error;
    }
  }
}
