/** What a device tells the server, in clear. It is sealed at once; this shape lies on no disk. */

export interface KitLine {
  readonly item_id: string | null;
  readonly kit_version_id: string | null;
  /** Where somebody said it. What an earlier build of this page kept says nothing of it. */
  readonly lot_id?: string | null;
  readonly quantity: number;
  readonly returned: number | string;
}

export interface Told {
  readonly topic: string;
  readonly answer: string;
  readonly raised_by: string;
}

export interface BarrierMet {
  readonly kind: string;
  readonly level: string;
}

export interface Need {
  readonly id: string;
  readonly domain: string;
  readonly urgency: string;
  readonly actions: readonly string[];
  readonly barriers: readonly BarrierMet[];
}

/** A contact as told: the shape of the API. Silence is "not_recorded". */
export interface Contact {
  readonly site_id: string;
  readonly route: string;
  readonly device_time: string;
  readonly client_code: string | null;
  readonly kind: string;
  readonly tally: number;
  readonly place: string;
  readonly mode: string;
  readonly who_spoke: string;
  readonly newness: string;
  readonly on_behalf_of: number | string;
  readonly duration: string;
  readonly kit_lines: readonly KitLine[];
  readonly disclosures: readonly Told[];
  readonly needs: readonly Need[];
  readonly barriers: readonly BarrierMet[];
}

/** A picture or file as it travels within the seal: by the name that the form gives it, base64url. */
export interface FileTold {
  readonly name: string;
  readonly data: string;
}

/** Somebody was asked to take part in a survey; `answers` once they have answered. */
export interface Asked {
  readonly wave_id: string;
  readonly site_id: string;
  readonly through: string;
  readonly result: string;
  readonly asked_at: string;
  readonly reason: string;
  readonly scopes: readonly string[];
  readonly answers: {
    readonly version_id: string;
    readonly xml: string;
    readonly receipt: string;
    readonly files: readonly FileTold[];
  } | null;
}

/** Which record an event is about, and what stood when it was made. */
export interface About {
  readonly kind: "contact" | "correction" | "withdrawal" | "form";
  /** Of a form: the id of its approach. */
  readonly contact_id: string;
  /** The own earlier event whose result was looked at. */
  readonly after: string | null;
  /** The server's version that was looked at. */
  readonly base_version: number | null;
  readonly why: string | null;
  readonly keeps_client: boolean;
  /** What came back, and is sent again by this. */
  readonly replaces: string | null;
  /** Take the client code out of what came back: the phone does not have it. */
  readonly keeps_code: boolean;
  readonly contact: Contact | null;
  readonly form?: Asked;
}

/** Who makes it, on which device. */
export interface Maker {
  readonly programme_id: string;
  readonly account_id: string;
  readonly device_id: string;
}

const NEW: Omit<About, "contact_id" | "contact"> = {
  kind: "contact", after: null, base_version: null, why: null, keeps_client: false, replaces: null, keeps_code: false,
};

export function newContact(id: string, contact: Contact): About {
  return { ...NEW, contact_id: id, contact };
}

/**
 * Told once when somebody was asked, and again with their answers: whichever arrives first, they are one. Answers that came back
 * are told in the place of those, and keep the code of their receipt.
 */
export function formTold(approachId: string, form: Asked, replaces: string | null = null): About {
  return { ...NEW, kind: "form", contact_id: approachId, contact: null, form, replaces, keeps_code: replaces !== null };
}

/** A contact that came back, put right. */
export function contactAgain(id: string, contact: Contact, replaces: string, keepsCode: boolean): About {
  return { ...newContact(id, contact), replaces, keeps_code: keepsCode };
}

export function correction(
  contactId: string, contact: Contact, after: string, why: string, keepsClient: boolean,
): About {
  return { ...NEW, kind: "correction", contact_id: contactId, contact, after, why, keeps_client: keepsClient };
}

export function withdrawal(contactId: string, after: string): About {
  return { ...NEW, kind: "withdrawal", contact_id: contactId, after, contact: null };
}

/**
 * What came back, on top of what stands by now; `contact` null takes it back. Where nothing stands at the server, it
 * stands on the contact's own first event.
 */
export function onTop(
  contactId: string, contact: Contact | null, replaces: string, version: number | null, why: string, keepsCode: boolean,
  isSame: boolean,
): About {
  return {
    ...NEW, kind: contact ? "correction" : "withdrawal", contact_id: contactId, contact, replaces, base_version: version,
    after: version === null ? contactId : null, why: contact ? why : null, keeps_client: contact !== null && isSame && !keepsCode,
    keeps_code: contact !== null && keepsCode,
  };
}

/** The words inside the seal. */
export function eventText(id: string, sequence: number, madeAt: Date, by: Maker, about: About): string {
  return JSON.stringify({ format: 1, id, sequence, made_at: madeAt.toISOString(), ...by, ...about });
}
