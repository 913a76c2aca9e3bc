import type { Asked, Contact, FileTold } from "./events";
import type { AnswerTo, SealedEvent } from "./outbox";
import type { PublicKey } from "./seal";

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Hello {
  readonly server_time: string;
  readonly epoch: string;
  readonly csrf_token: string;
  readonly account: Named;
  readonly programme: Named;
  readonly key: PublicKey;
  readonly device: {
    readonly state: "unknown" | "active" | "retired";
    readonly receipts: number;
    readonly last_sequence: number;
  };
  readonly screen_version: string;
}

/** A lot that is at a site; `of` what is in a kit, where it is a lot of that. */
export interface Lot {
  readonly id: string;
  readonly batch: string;
  readonly expires_on: string;
  readonly of: string | null;
}

export interface Thing {
  readonly key: string;
  readonly item_id: string | null;
  readonly kit_version_id: string | null;
  readonly name: string;
  readonly kinds: readonly string[];
  readonly controlled: readonly string[];
  /** Of which it may have come. A screen that an earlier build kept knows none. */
  readonly lots?: readonly Lot[];
}

export interface Site extends Named {
  readonly time_zone: string;
  readonly area: string;
  readonly things: readonly Thing[];
}

export interface Choice {
  readonly code: string;
  readonly label: string;
}

export interface Agreement {
  readonly area: string;
  readonly item_kinds: readonly string[];
  readonly from_on: string;
  readonly to_on: string | null;
}

export type ListName = "place" | "topic" | "need_domain" | "barrier_kind";
export type EnumName =
  | "route" | "mode" | "who_spoke" | "newness" | "duration" | "answer" | "raised_by" | "urgency" | "action_kind"
  | "barrier_level" | "why_corrected";

/** Everything that the screen needs, and nothing of any client. */
export interface Screen {
  readonly version: string;
  readonly as_of: string;
  readonly programme: Named;
  readonly client_code: { readonly pattern: string; readonly hint: string };
  readonly is_agreement_needed: boolean;
  readonly agreements: readonly Agreement[];
  readonly sites: readonly Site[];
  readonly lists: Readonly<Record<ListName, readonly Choice[]>>;
  readonly enums: Readonly<Record<EnumName, readonly Choice[]>>;
}

/** A form that may be filled in today at these sites. */
export interface FormKnown {
  readonly wave_id: string;
  readonly wave: string;
  readonly title: string;
  readonly sheet_version: string;
  readonly version_id: string;
  /** Of its file: the same hash is the same form. */
  readonly content_hash: string;
  readonly closes_on: string | null;
  readonly sites: readonly Named[];
  readonly has_files: boolean;
  readonly is_too_large: boolean;
}

export interface Definition {
  readonly content_hash: string;
  readonly xform: string;
}

export interface Answered {
  readonly epoch: string;
  readonly server_time: string;
  readonly skew_seconds: number;
  readonly answers: readonly AnswerTo[];
  readonly retry_after_seconds: number | null;
}

/** What came back, or waits there for another one: the client code is never in it. Of one that could not be opened hardly anything is known. */
export interface Held {
  readonly id: string;
  readonly contact_id: string | null;
  readonly kind: "contact" | "correction" | "withdrawal" | "form" | null;
  readonly state: "rejected" | "conflict" | "waiting";
  readonly why: string | null;
  readonly made_at: string | null;
  readonly received_at: string;
  readonly site_id: string | null;
  readonly contact: Contact | null;
  readonly has_client_code: boolean;
  /** Of a form: they may be opened again. */
  readonly has_answers: boolean;
  readonly current: (Contact & { readonly version: number }) | null;
}

/** Answers that came back, to be put right. The code of their receipt stays on the server. */
export interface HeldForm {
  readonly approach_id: string;
  readonly form: FormKnown;
  readonly asked: Omit<Asked, "answers">;
  readonly xml: string;
  readonly files: readonly FileTold[];
}

/** Why what came back is not to be recorded. */
export const DROPPED_FOR = ["recorded_elsewhere", "did_not_happen", "stands_as_it_is", "cannot_be_read"] as const;
export type DroppedFor = (typeof DROPPED_FOR)[number];

/** No network, or a server that did not get to answer: the same may be asked again. */
export class Unreachable extends Error {}

/** The session is over. */
export class SignedOut extends Error {}

/** The server's own no, in a sentence for the user. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** Milliseconds that an answer is waited for, and how many more for each byte sent: a slow network takes 4 KB a second. */
const PATIENCE = 60_000;
const PER_BYTE = 1 / 4;

/** What the recorder asks of the server. */
export class Wire {
  private token = "";

  constructor(private readonly base: string) {}

  async hello(deviceId: string | null): Promise<Hello> {
    const query = deviceId ? `?device_id=${encodeURIComponent(deviceId)}` : "";
    const hello = await this.ask<Hello>("GET", `hello${query}`);
    this.token = hello.csrf_token;
    return hello;
  }

  async register(deviceId: string, siteId: string): Promise<void> {
    await this.ask("POST", "devices", { device_id: deviceId, site_id: siteId });
  }

  screen(): Promise<Screen> {
    return this.ask<Screen>("GET", "screen");
  }

  send(deviceId: string, epoch: string | null, events: readonly SealedEvent[], at: Date): Promise<Answered> {
    return this.ask<Answered>("POST", "events", {
      device_id: deviceId, device_time: at.toISOString(), epoch, events,
    });
  }

  async forms(): Promise<readonly FormKnown[]> {
    return (await this.ask<{ forms: readonly FormKnown[] }>("GET", "forms")).forms;
  }

  form(versionId: string): Promise<Definition> {
    return this.ask<Definition>("GET", `forms/${encodeURIComponent(versionId)}`);
  }

  async inbox(): Promise<readonly Held[]> {
    return (await this.ask<{ held: readonly Held[] }>("GET", "inbox")).held;
  }

  heldForm(id: string): Promise<HeldForm> {
    return this.ask<HeldForm>("GET", `inbox/${id}/form`);
  }

  async drop(id: string, why: DroppedFor): Promise<void> {
    await this.ask("POST", `inbox/${id}/drop`, { why });
  }

  /** Sign out, with the token of whoever is signed in. */
  async signOut(address: string): Promise<void> {
    await fetch(address, {
      method: "POST", credentials: "same-origin", redirect: "manual", headers: { "X-CSRFToken": this.token },
    }).catch(() => {
      throw new Unreachable();
    });
  }

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (method !== "GET") headers["X-CSRFToken"] = this.token;
    const sent = body === undefined ? undefined : JSON.stringify(body);
    // a connection that was lost without a word would be waited for as long as the browser likes, and all else with it
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), PATIENCE + (sent?.length ?? 0) * PER_BYTE);
    try {
      const response = await fetch(this.base + path, {
        method, headers, credentials: "same-origin", redirect: "manual", cache: "no-store", signal: ended.signal,
        ...(sent === undefined ? {} : { body: sent }),
      }).catch(() => {
        throw new Unreachable();
      });
      return await this.answered<T>(response);
    } finally {
      clearTimeout(timer);
    }
  }

  private async answered<T>(response: Response): Promise<T> {
    if (response.status === 401) throw new SignedOut();
    if (response.status >= 500 || response.status === 429) throw new Unreachable();
    if (response.status === 204) return undefined as T;
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    // a redirect leads to the sign-in page; a refusal that is a page is of a token that no longer counts
    if (!isJson) throw new SignedOut();
    const answer = (await response.json().catch(() => {
      throw new Unreachable();
    })) as T & { detail?: string };
    if (!response.ok) throw new Refused(response.status, answer.detail ?? response.statusText);
    return answer;
  }
}
