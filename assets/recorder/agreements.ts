import type { Agreement, Screen, Site, Thing } from "../offline/wire";

/** Why a thing may not leave: no agreement covers it, or the last one that did has ended. */
export interface Refusal {
  readonly is: "none" | "ended";
  readonly kind: string;
  readonly area: string;
  /** The last day of the one that ended, or the day itself. */
  readonly day: string;
}

function covers(agreement: Agreement, area: string, kind: string, day: string): boolean {
  return (
    agreement.area === area && agreement.item_kinds.includes(kind) && agreement.from_on <= day &&
    (agreement.to_on === null || day <= agreement.to_on)
  );
}

/**
 * The server's rule (rules/supply.py), asked before anything happens and without a network: the day goes on while the
 * phone is out of reach. What is given all the same is recorded, kept, and flagged by the server.
 */
export function refusalOf(screen: Screen, site: Site, thing: Thing, day: string): Refusal | null {
  if (!screen.is_agreement_needed) return null;
  for (const kind of [...thing.controlled].sort()) {
    if (screen.agreements.some((one) => covers(one, site.area, kind, day))) continue;
    const ended = screen.agreements
      .filter((one) => one.area === site.area && one.item_kinds.includes(kind) && one.to_on !== null && one.to_on < day)
      .map((one) => one.to_on ?? "")
      .sort();
    const last = ended.at(-1);
    return last ? { is: "ended", kind, area: site.area, day: last } : { is: "none", kind, area: site.area, day };
  }
  return null;
}
