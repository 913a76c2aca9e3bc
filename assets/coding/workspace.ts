import { changesOf, History, type Intent, inverse } from "./history";
import { type Keeper, Outbox, type State } from "./outbox";
import { type Coding, Store } from "./store";
import { type Answer, type Change, type Feed, get, newId, post, Refused, type Rows, SignedOut, Unreachable } from "./wire";

/** Between two questions for others' work, in milliseconds: with half a second to answer it is here within a second. */
const EACH = 500;
/** Breath for a server that is slow to answer. */
const LEAST = 100;
const EACH_HIDDEN = 15_000;
/** The text that a change was marked on is kept no longer. */
const GONE = 410;

export interface WorkspaceEvents {
  /** Codings changed: the view draws what `standing` gives. */
  changed(): void;
  /** A code that nobody here has heard of: a colleague added it. */
  unknownCode(): void;
  /** The text was corrected meanwhile: its places no longer fit. */
  textChanged(): void;
  status(state: State, waiting: number, isFeedLost: boolean): void;
  /** The words of so many codings are gone from the text: they are kept as lost. */
  lost(count: number): void;
  /** So many were marked on a text that is kept no longer; the server says why. */
  letGo(count: number, detail: string): void;
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

/** One source being coded: what others do comes in within a second, what is done here goes out, is undone and redone. */
export class Workspace {
  private readonly store: Store;
  private readonly outbox: Outbox;
  private readonly history = new History();
  private readonly knownCodes = new Set<string>();
  private state: State = "idle";
  private isFeedLost = false;
  /** Nothing more comes in: the source is gone, or the text that is shown is no longer its own. */
  private isOver = false;
  /** The text that is shown was corrected. What is coded on it is still sent; it stands in the source where its words are. */
  private isOldText = false;
  /** On a text that was corrected: what was sent, for the page to go on showing it. */
  private sent: Change[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private askedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly options: WorkspaceOptions,
    private readonly events: WorkspaceEvents,
  ) {
    this.store = new Store(options.me);
    const send = (changes: readonly Change[], textVersion: number): Promise<Answer> =>
      post<Answer>(options.codings, options.token, {
        changes: JSON.stringify(changes),
        text_version: String(textVersion),
      });
    const prefix = `throughline:codings:${options.me}:${options.source}:`;
    this.outbox = new Outbox(send, options.keeper, prefix, newId(), options.textVersion, {
      answered: (changes, answer, textVersion) => this.answered(changes, answer, textVersion),
      refused: (changes, detail) => this.refuse(changes, detail),
      moved: (state) => {
        this.state = state;
        this.expect();
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
    return this.outbox.waiting;
  }

  standing(): readonly Coding[] {
    return this.store.standing();
  }

  /** What was added at the end of a list that stood just before; null where more than that changed since. */
  addedTo(stood: readonly Coding[]): readonly Coding[] | null {
    return this.store.addedTo(stood);
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
    this.askedAt = performance.now();
    this.later();
    document.addEventListener("visibilitychange", () => void this.poll());
    addEventListener("online", () => {
      void this.outbox.flush();
      void this.poll();
    });
    addEventListener("beforeunload", (event) => {
      // what waits is kept for the next page, unless the browser refuses to keep anything
      if (this.waiting && !this.options.keeper) event.preventDefault();
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

  private answered(changes: readonly Change[], answer: Answer, textVersion: number): void {
    if (answer.text_version === this.options.textVersion) {
      if (this.store.learn(answer)) this.events.changed();
    } else {
      if (textVersion === this.options.textVersion) this.sent.push(...changes);
      this.textChanged();
    }
    const applied = new Set(changes.filter((one) => one.do !== "remove").map((one) => one.id));
    const lost = new Set(answer.rows.filter((row) => !row[7] && applied.has(row[0])).map((row) => row[0]));
    for (const one of changes) if (one.do === "remove") lost.delete(one.id);
    if (lost.size) this.events.lost(lost.size);
    const refused = Object.entries(answer.refused);
    const ofStatus = (isGone: boolean): [Change[], string] => {
      const some = refused.filter(([, one]) => (one.status === GONE) === isGone);
      const those = some.map(([place]) => changes[Number(place)]).filter((one) => one !== undefined);
      return [those, [...new Set(some.map(([, one]) => one.detail))].join(" ")];
    };
    const [gone, why] = ofStatus(true);
    const [others, details] = ofStatus(false);
    this.history.forget(new Set([...gone, ...others].map((one) => one.id)));
    if (gone.length) this.events.letGo(gone.length, why);
    if (others.length) this.events.refused(details);
    this.noticeCodes(answer);
  }

  private expect(): void {
    const { pending } = this.outbox;
    if (this.store.expect([...this.sent, ...pending])) this.events.changed();
  }

  private textChanged(): void {
    if (this.isOldText) return;
    this.isOldText = this.isOver = true;
    // what waits goes with the version that it was marked on: nothing is lost with this page
    void this.outbox.flush();
    this.events.textChanged();
  }

  private refuse(changes: readonly Change[], detail: string): void {
    this.history.forget(new Set(changes.map((one) => one.id)));
    this.events.refused(detail);
  }

  private take(feed: Feed): void {
    if (feed.text_version !== this.options.textVersion) {
      this.textChanged();
      return;
    }
    const news = this.store.take(feed);
    if (news !== "nothing") this.events.changed();
    if (news === "other eyes") void this.poll();
    else if (news === "codings") this.noticeCodes(feed);
  }

  private noticeCodes({ codes, rows }: Rows): void {
    const isNews = rows.some((row) => row[7] && !this.knownCodes.has(codes[row[1]] ?? ""));
    if (isNews) this.events.unknownCode();
  }

  private later(): void {
    clearTimeout(this.timer);
    if (this.isOver) return;
    // from question to question: a slow answer is not waited for twice
    const since = performance.now() - this.askedAt;
    const wait = document.hidden ? EACH_HIDDEN : Math.max(EACH - since, LEAST);
    this.timer = setTimeout(() => void this.poll(), wait);
  }

  private async poll(): Promise<void> {
    clearTimeout(this.timer);
    if (this.isOver) return;
    this.askedAt = performance.now();
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
