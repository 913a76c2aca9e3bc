import { make, say, type Words } from "../coding/dom";
import { Account } from "../offline/account";
import { Full } from "../offline/database";
import { askToKeep, Device } from "../offline/device";
import type { Sealed } from "../offline/secret";
import { type Standing, Sync } from "../offline/sync";
import { Locked } from "../offline/vault";
import { type Hello, Refused, type Screen, SignedOut, Unreachable, Wire } from "../offline/wire";
import { button } from "./controls";
import { Desk, type Left } from "./desk";
import { choosing, type Gate, locked, telling } from "./gate";
import { Menu } from "./menu";
import { Status } from "./status";

export interface Addresses {
  readonly api: string;
  readonly signIn: string;
  readonly signOut: string;
  /** Where a form's own page lies. */
  readonly formPage: string;
}

/** Untouched for so long, it locks itself. */
const IDLE = 5 * 60_000;
const LOOK = 15_000;
/** So long a gate waits for the server to say who is signed in. */
const PATIENCE = 1_500;

/** Whose recorder this is by now, behind which gate, and what stands before or on the screen. */
export class App {
  private readonly wire: Wire;
  private readonly status: Status;
  private readonly menu: Menu;
  private readonly middle = make("div", { class: "rec-middle" });
  private readonly live = make("div", { class: "visually-hidden", role: "status", "aria-live": "polite", "data-live": true });
  private account: Account | undefined;
  private sync: Sync | undefined;
  private hello: Hello | undefined;
  private desk: Desk | undefined;
  /** What was being told when it was locked, under the vault's own key. */
  private left: Sealed | null = null;
  private touched = Date.now();
  private channel: BroadcastChannel | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly words: Words,
    private readonly addresses: Addresses,
    private readonly device: Device,
  ) {
    this.wire = new Wire(addresses.api);
    this.status = new Status(words, addresses.signIn);
    this.menu = new Menu({
      words, wire: this.wire, addresses, account: () => this.account, changed: () => this.changed(), lock: () => void this.lock(),
    });
    root.replaceChildren(make("div", { class: "rec-head" }, this.status.element, this.menu.element), this.status.beside, this.menu.beside, this.menu.told, this.live, this.middle);
  }

  async start(): Promise<void> {
    const [current, vaults] = [await this.device.current(), await this.device.vaults()];
    // several people use this device: no PIN is asked for at the wrong one's door, where the server can be asked whose it is
    const signedIn = current && vaults.length > 1 ? await this.whoIsSignedIn() : undefined;
    if (current) await this.enter(signedIn ?? current);
    else await this.meet();
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => (this.touched = Date.now()), { passive: true });
    setInterval(() => this.lockWhenIdle(), LOOK);
    document.addEventListener("visibilitychange", () => {
      this.lockWhenIdle();
      if (document.visibilityState === "visible") void this.send();
    });
    addEventListener("unhandledrejection", (event) => {
      if (!(event.reason instanceof Locked)) return;
      // another page destroyed the PIN's key, or chose a new PIN, while something was under way here
      event.preventDefault();
      if (this.desk) void this.lock();
    });
    addEventListener("online", () => void (this.account ? this.send() : this.meet()));
  }

  private whoIsSignedIn(): Promise<string | undefined> {
    const asked = this.wire.hello(null).then(({ account }) => account.id, () => undefined);
    return Promise.race([asked, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE))]);
  }

  /** The first time on this device: only the server knows who this is. */
  private async meet(): Promise<void> {
    const { words } = this;
    this.gate(telling(say(words, "starting"), say(words, "starting_text")));
    try {
      await this.enter((await this.wire.hello(null)).account.id);
    } catch (error) {
      this.gate(this.unmet(error));
    }
  }

  private unmet(error: unknown): Gate {
    const { words } = this;
    const again = button(say(words, "try_again"), () => void this.meet(), "button-primary");
    if (error instanceof SignedOut) {
      const link = make("a", { class: "button button-primary", href: this.addresses.signIn }, say(words, "sign_in"));
      return telling(say(words, "sign_in_first"), say(words, "sign_in_first_text"), link);
    }
    if (error instanceof Unreachable) return telling(say(words, "first_needs_network"), say(words, "first_needs_network_text"), again);
    if (error instanceof Refused) return telling(say(words, "cannot_record"), error.message, again);
    throw error;
  }

  /** This account's vault; what another one has stays shut, and out of memory. */
  private async enter(accountId: string): Promise<void> {
    this.leave();
    const account = await Account.open(accountId);
    this.account = account;
    this.channel = new BroadcastChannel(`throughline-${accountId}`);
    this.channel.onmessage = () => void this.draw();
    this.sync = new Sync(account, this.wire, {
      stands: (standing) => this.stands(standing),
      heard: (hello) => this.heard(hello),
      settled: (answers) => {
        this.channel?.postMessage("settled");
        void this.draw();
        const isBack = answers.some(({ state, is_waiting }) => state === "rejected" || state === "conflict" || is_waiting);
        // what was sent in the place of one that came back, or what another one waited for, settles that one
        if (isBack || this.desk?.hasBack) void this.desk?.ask();
      },
    });
    await this.draw();
    const [hasPin, isKnown] = [await account.vault.hasPin(), account.identity.key !== null];
    if (hasPin && isKnown) await this.showLocked();
    else this.gate(telling(say(this.words, "starting"), say(this.words, "no_pin_text")));
    void this.sync.round();
  }

  private leave(): void {
    this.sync?.stop();
    this.channel?.close();
    this.account?.close();
    this.desk?.close();
    this.desk = undefined;
    this.left = null;
    this.hello = undefined;
    this.account = undefined;
    this.sync = undefined;
  }

  private stands(standing: Standing): void {
    void this.draw();
    const { words, account } = this;
    if (account && !account.vault.isOpen && standing.state !== "idle" && standing.state !== "sending") {
      void account.vault.hasPin().then(async (has) => {
        // nobody is signed in: who signs in now gives their password, and may choose a PIN
        if (!has && standing.state === "signed_out") await account.vault.forget();
        // a first visit that got no further
        if (!has && standing.state === "offline") this.gate(telling(say(words, "first_needs_network"), say(words, "first_needs_network_text")));
        if (!has && standing.state === "signed_out") this.gate(this.unmet(new SignedOut()));
        if (!has && standing.state === "refused") this.gate(telling(say(words, "cannot_record"), standing.why ?? ""));
      });
    }
  }

  private async heard(hello: Hello): Promise<void> {
    const { account } = this;
    if (!account) return;
    if (hello.account.id !== account.identity.account_id) return this.enter(hello.account.id);
    this.hello = hello;
    if (!(await account.vault.hasPin())) {
      // there was a PIN: the session may be older than whoever holds the phone now
      if (await account.vault.needsSignIn()) this.mustSignIn();
      else await this.setUp(hello);
      return;
    }
    if (account.vault.isOpen) await this.learnScreen(hello);
    // what waits at the server may be recorded by now without anything being sent from here
    if (this.desk?.hasWaiting) void this.desk.ask();
  }

  private async learnScreen(hello: Hello): Promise<void> {
    const known = await this.account?.screen();
    if (known?.version === hello.screen_version) return;
    const screen = await this.wire.screen();
    if (!this.account?.vault.isOpen) return;
    await this.account.keepScreen(screen);
    // a half-told contact is not drawn anew under somebody's hands: the next one is
    if (!this.desk) await this.open(null);
    else this.desk.learn(screen);
  }

  /** A first PIN; one after another, where somebody signed in since. */
  private async setUp(hello: Hello): Promise<void> {
    const { words, account } = this;
    if (this.middle.querySelector("[data-set-up]") || !account) return;
    const screen = await this.wire.screen();
    const gate = choosing(words, screen.sites, async (pin, siteId) => {
      try {
        if (hello.device.state === "unknown") await this.wire.register(account.identity.device_id, siteId);
        await account.learn({ site_id: siteId, key: hello.key, programme_id: hello.programme.id });
        await account.vault.choose(pin);
        await account.keepScreen(screen);
        await this.device.choose(account.identity.account_id, Date.now());
      } catch (error) {
        if (error instanceof Refused) return error.message;
        if (error instanceof Full) return say(words, "pin_full");
        if (error instanceof Unreachable || error instanceof SignedOut) return say(words, "needs_network");
        throw error;
      }
      await this.open(null);
      return null;
    });
    gate.element.dataset.setUp = "true";
    this.gate(gate);
  }

  private async showLocked(): Promise<void> {
    const { account, words, device } = this;
    if (!account) return;
    const vaults = await device.vaults();
    const place = vaults.findIndex((one) => one.account_id === account.identity.account_id);
    const next = vaults[(place + 1) % Math.max(vaults.length, 1)];
    this.gate(
      locked({
        words, vaults: vaults.length, place: place + 1,
        unlock: async (pin) => {
          // a wrong PIN that cannot be counted is not tried
          const tried = await account.vault.unlock(pin).catch((error: unknown) => {
            if (error instanceof Full) return null;
            throw error;
          });
          if (!tried) return say(words, "pin_full");
          if (tried.is === "wrong") return say(words, "pin_wrong", { left: tried.left });
          if (tried.is === "wiped") this.wiped();
          else await this.unlocked();
          return null;
        },
        other: () => next && void this.enter(next.account_id),
        forgotten: () => this.forgotten(),
      }),
    );
  }

  private forgotten(): void {
    const { words } = this;
    const back = button(say(words, "leave_it"), () => void this.showLocked(), "button-quiet");
    const sure = button(say(words, "pin_anew"), () => void this.giveUpPin(), "button-danger");
    this.gate(telling(say(words, "pin_forgotten"), say(words, "pin_forgotten_text"), sure, back));
  }

  /** Whoever holds the phone can say that they forgot the PIN: who knows the password alone chooses another one. */
  private async giveUpPin(): Promise<void> {
    const { words, account } = this;
    if (!account) return;
    try {
      await this.endSession();
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
      const again = button(say(words, "try_again"), () => void this.giveUpPin(), "button-primary");
      const why = error instanceof Refused ? error.message : say(words, "pin_needs_network");
      this.gate(telling(say(words, "pin_forgotten"), why, again));
      return;
    }
    this.sync?.stop();
    await account.vault.forget();
    location.assign(this.addresses.signIn);
  }

  /** Sign out; done when the server says so itself. */
  private async endSession(): Promise<void> {
    try {
      await this.wire.hello(null);
      await this.wire.signOut(this.addresses.signOut);
      await this.wire.hello(null);
    } catch (error) {
      if (error instanceof SignedOut) return;
      throw error;
    }
    throw new Unreachable();
  }

  private wiped(): void {
    this.left = null;
    this.mustSignIn();
    void this.sync?.round();
  }

  private mustSignIn(): void {
    if (this.middle.querySelector("[data-must-sign-in]")) return;
    const { words } = this;
    const gate = telling(say(words, "wiped"), say(words, "wiped_text"), button(say(words, "sign_in"), () => void this.giveUpPin(), "button-primary"));
    gate.element.dataset.mustSignIn = "true";
    this.gate(gate);
  }

  private async unlocked(): Promise<void> {
    const { account, left } = this;
    if (!account) return;
    await this.device.choose(account.identity.account_id, Date.now()).catch((error: unknown) => {
      if (!(error instanceof Full)) throw error;
    });
    const before = left ? await account.vault.show<Left>("left", left) : null;
    this.left = null;
    await this.open(before);
    void this.send();
  }

  /** Behind the gate: the screen, where it is known. */
  private async open(left: Left | null): Promise<void> {
    const { account, words } = this;
    const screen: Screen | undefined = await account?.screen();
    if (!account || !screen) {
      this.gate(telling(say(words, "first_needs_network"), say(words, "first_needs_network_text")));
      return;
    }
    if (!screen.sites.length) {
      this.gate(telling(say(words, "cannot_record"), say(words, "no_site")));
      return;
    }
    const desk = new Desk({
      words, account, screen, wire: this.wire, language: document.documentElement.lang || "en",
      announce: (text) => (this.live.textContent = text), kept: () => this.kept(), locked: () => void this.lock(),
      formPage: this.addresses.formPage, touched: () => (this.touched = Date.now()),
    });
    await desk.open(left);
    this.desk = desk;
    this.touched = Date.now();
    this.middle.replaceChildren(desk.element);
    if (this.hello) await account.keepIfRoom("name", this.hello.account.name);
    const name = await account.vault.kept<string>("name");
    this.menu.isOpen(true, [name, screen.programme.name].filter(Boolean).join(" · "));
    this.root.dataset.ready = "open";
    // asked each time: a browser that said no may say yes once the page is used often, or installed
    void askToKeep().then((keeps) => this.status.keeps(keeps));
    await this.draw();
    if (this.hello) void desk.ask().then(() => desk.learnForms());
  }

  private lockWhenIdle(): void {
    if (this.account?.vault.isOpen && Date.now() - this.touched > IDLE) void this.lock();
  }

  /** What was being told is hidden under the key, in memory alone; the key is let go of. */
  private async lock(): Promise<void> {
    const { account, desk } = this;
    if (!account) return;
    await desk?.leave();
    if (desk?.left && account.vault.isOpen) this.left = await account.vault.hide("left", desk.left);
    account.vault.lock();
    this.desk = undefined;
    await this.showLocked();
  }

  private gate(gate: Gate): void {
    this.middle.replaceChildren(gate.element);
    this.menu.isOpen(false);
    this.root.dataset.ready = "gate";
    gate.focus();
  }

  private async changed(): Promise<void> {
    await this.account?.outbox.tryAgain();
    await this.kept();
  }

  private async kept(): Promise<void> {
    await this.draw();
    void this.send();
  }

  /** Send what waits; first show that it does. */
  private async send(): Promise<void> {
    await this.draw();
    this.channel?.postMessage("kept");
    await this.sync?.round();
  }

  private async draw(): Promise<void> {
    const { account, sync } = this;
    if (!account || !sync) return;
    const waiting = await account.outbox.waiting();
    this.status.show(waiting, sync.standing);
    this.menu.show(waiting, sync.standing);
    if (!account.vault.isOpen) return;
    await this.desk?.refresh().catch((error: unknown) => {
      if (!(error instanceof Locked)) throw error;
      // another page destroyed the PIN's key, or chose a new PIN
      void this.lock();
    });
  }
}
