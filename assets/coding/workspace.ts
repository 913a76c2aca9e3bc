import { changesOf, History, type Intent, inverse } from "./history";
import { type Keeper, Outbox, type State } from "./outbox";
import { type Coding, Store } from "./store";
import { type Answer, type Change, type Feed, get, newId, post, Refused, SignedOut, Unreachable } from "./wire";

const EACH = 1_000;
const EACH_HIDDEN = 15_000;

export interface WorkspaceEvents {
  /** Codings changed: the view draws what `standing` gives. */
  changed(): void;
  /** A code that nobody here has heard of: a colleague added it. */
  unknownCode(): void;
  /** The text was corrected meanwhile: its places no longer fit. */
  textChanged(): void;
  status(state: State, waiting: number, isFeedLost: boolean): void;
  /** So many changes of an earlier page no longer fit the text. */
  outdated(count: number): void;
  /** What the server refused, in a sentence. */
  refused(detail: string): void;
}

export interface WorkspaceOptions {
  readonly codings: string;
  readonly token: string;
  readonly me: string;
  readonly source: string;
  readonly textVersion: number;
  readonly keeper: Keeper | null;
}

/** One source being coded: what others do comes in each second, what is done here goes out, is undone and redone. */
export class Workspace {
  private readonly store: Store;
  private readonly outbox: Outbox;
  private readonly history = new History();
  private readonly knownCodes = new Set<string>();
  private state: State = "idle";
  private isFeedLost = false;
  /** The text that is shown is no longer the source's: only a new page can go on. */
  private isOver = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly options: WorkspaceOptions,
    private readonly events: WorkspaceEvents,
  ) {
    this.store = new Store(options.me);
    const send = (changes: readonly Change[]): Promise<Answer> =>
      post<Answer>(options.codings, options.token, {
        changes: JSON.stringify(changes),
        text_version: String(options.textVersion),
      });
    const prefix = `throughline:codings:${options.me}:${options.source}:`;
    this.outbox = new Outbox(send, options.keeper, prefix, newId(), options.textVersion, {
      answered: (changes, answer) => this.answered(changes, answer),
      refused: (changes, detail) => this.refuse(changes, [detail]),
      outdated: (changes) => this.events.outdated(changes.length),
      moved: (state, pending) => {
        this.state = state;
        this.store.expect([...pending]);
        this.events.changed();
        this.tell();
      },
    });
  }

  get onlyOwn(): boolean {
    return this.store.onlyOwn;
  }

  get canUndo(): boolean {
    return this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.history.canRedo;
  }

  get waiting(): number {
    return this.outbox.pending.length;
  }

  standing(): Coding[] {
    return this.store.standing();
  }

  get(id: string): Coding | undefined {
    return this.store.get(id);
  }

  name(analyst: string): string {
    return this.store.people.get(analyst) ?? analyst;
  }

  knows(codes: Iterable<string>): void {
    for (const code of codes) this.knownCodes.add(code);
  }

  /** Begin with what the server told with the page, then follow it. */
  start(feed: Feed): void {
    this.take(feed);
    this.tell();
    this.outbox.resume();
    this.later();
    document.addEventListener("visibilitychange", () => void this.poll());
    addEventListener("online", () => {
      void this.outbox.flush();
      void this.poll();
    });
  }

  /** Do something that can be undone. */
  perform(label: string, intents: readonly Intent[]): void {
    if (!intents.length) return;
    this.history.record({ label, undo: inverse(intents, this.lookup) });
    this.outbox.add(changesOf(intents, this.lookup));
  }

  /** The label of what was undone; null where there is nothing to undo. */
  undo(): string | null {
    const step = this.history.undo(this.lookup);
    if (step) this.outbox.add(changesOf(step.undo, this.lookup));
    return step?.label ?? null;
  }

  redo(): string | null {
    const step = this.history.redo(this.lookup);
    if (step) this.outbox.add(changesOf(step.undo, this.lookup));
    return step?.label ?? null;
  }

  private readonly lookup = (id: string): Coding | undefined => this.store.get(id);

  private answered(changes: readonly Change[], answer: Answer): void {
    this.store.learn(answer);
    const refused = Object.entries(answer.refused);
    if (refused.length) {
      const those = refused.map(([place]) => changes[Number(place)]).filter((one) => one !== undefined);
      this.refuse(those, [...new Set(refused.map(([, one]) => one.detail))]);
    }
    this.noticeCodes();
  }

  private refuse(changes: readonly Change[], details: readonly string[]): void {
    this.history.forget(new Set(changes.map((one) => one.id)));
    this.events.refused(details.join(" "));
  }

  private take(feed: Feed): void {
    if (feed.text_version !== this.options.textVersion) {
      this.isOver = true;
      this.events.textChanged();
      return;
    }
    if (!this.store.take(feed)) {
      this.events.changed();
      void this.poll();
      return;
    }
    if (feed.rows.length || feed.at === 0) this.events.changed();
    this.noticeCodes();
  }

  private noticeCodes(): void {
    const isNews = this.standing().some((one) => !this.knownCodes.has(one.code));
    if (isNews) this.events.unknownCode();
  }

  private later(): void {
    clearTimeout(this.timer);
    if (this.isOver) return;
    this.timer = setTimeout(() => void this.poll(), document.hidden ? EACH_HIDDEN : EACH);
  }

  private async poll(): Promise<void> {
    clearTimeout(this.timer);
    if (this.isOver) return;
    try {
      const feed = await get<Feed>(`${this.options.codings}?since=${this.store.at}`);
      if (this.isFeedLost) void this.outbox.flush();
      this.isFeedLost = false;
      this.take(feed);
    } catch (error) {
      if (error instanceof Refused) {
        // erased, or no longer open to this person: there is nothing more to follow
        this.isOver = true;
        this.events.refused(error.message);
        return;
      }
      if (!(error instanceof Unreachable || error instanceof SignedOut)) throw error;
      this.isFeedLost = true;
    }
    this.tell();
    this.later();
  }

  private tell(): void {
    this.events.status(this.state, this.waiting, this.isFeedLost);
  }
}
