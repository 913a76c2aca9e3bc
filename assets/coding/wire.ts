/** What goes over the network: places in code points, ids as text. The server decides what is allowed. */
export type Change =
  | { readonly do: "apply"; readonly id: string; readonly code: string; readonly start: number; readonly end: number }
  | { readonly do: "move"; readonly id: string; readonly start: number; readonly end: number; readonly base: number }
  | { readonly do: "remove"; readonly id: string }
  | { readonly do: "restore"; readonly id: string };

/** id, place in `codes`, start, end, place in `people`, version, change, stands (1 or 0). */
export type Row = readonly [string, number, number, number, number, number, number, number];

export interface Rows {
  readonly codes: readonly string[];
  readonly people: readonly (readonly [string, string])[];
  readonly rows: readonly Row[];
}

export interface Feed extends Rows {
  readonly at: number;
  readonly text_version: number;
  readonly is_blind: boolean;
}

export interface Refusal {
  readonly status: number;
  readonly detail: string;
}

export interface Answer extends Rows {
  /** By the place of the change among those sent. */
  readonly refused: Readonly<Record<string, Refusal>>;
  /** Of the text that the rows' places count in. */
  readonly text_version: number;
}

export interface SourceText {
  readonly text: string;
  readonly text_version: number;
  readonly speakers: readonly string[];
  /** number, place in `speakers`, start, end, is of the team (1 or 0). */
  readonly turns: readonly (readonly [number, number, number, number, number])[];
}

/** id, name, depth, hue, definition, may be applied. */
export type CodeRow = readonly [string, string, number, number, string, boolean];

export interface Memo {
  readonly id: string;
  readonly coding: string | null;
  readonly start: number | null;
  readonly end: number | null;
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  readonly by: string;
  readonly at: string;
}

/** The server could not be reached, or did not get to answer: the same may be asked again. */
export class Unreachable extends Error {}

/** Signed out meanwhile, or signed in anew in another window: only a new page can go on. */
export class SignedOut extends Error {}

/** The server's own no, in a sentence for the user. */
export class Refused extends Error {}

async function ask<T>(address: string, options: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", redirect: "manual", ...options });
  } catch {
    throw new Unreachable();
  }
  if (response.status >= 500 || response.status === 429) throw new Unreachable();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  // a redirect leads to the sign-in page; a refusal that is a page is of a token that no longer counts
  if (!isJson) throw new SignedOut();
  const body = (await response.json().catch(() => {
    throw new Unreachable();
  })) as T & { detail?: string };
  if (!response.ok) throw new Refused(body.detail ?? response.statusText);
  return body;
}

export function get<T>(address: string): Promise<T> {
  return ask<T>(address, { headers: { Accept: "application/json" } });
}

export function post<T>(address: string, token: string, fields: Record<string, string>): Promise<T> {
  return ask<T>(address, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": token },
    body: new URLSearchParams(fields),
  });
}

/** A UUID of version 7: made here, so that what is sent twice is there once. */
export function newId(now = Date.now(), random = crypto.getRandomValues(new Uint8Array(10))): string {
  const bytes = new Uint8Array(16);
  let clock = now;
  for (let place = 5; place >= 0; place -= 1) {
    bytes[place] = clock % 256;
    clock = Math.floor(clock / 256);
  }
  bytes.set(random, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
