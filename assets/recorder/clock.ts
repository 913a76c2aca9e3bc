/** The clock on the wall of a site, whatever the phone's own zone is. */

function parts(at: Date, zone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
}

/** 2026-03-02 */
export function dayAt(at: Date, zone: string): string {
  const { year, month, day } = parts(at, zone);
  return `${year}-${month}-${day}`;
}

/** 2026-03-02T10:30, as a field shows it. */
export function wallAt(at: Date, zone: string): string {
  const { hour, minute } = parts(at, zone);
  return `${dayAt(at, zone)}T${hour}:${minute}`;
}

/** The moment of a time on that wall. Of an hour that comes twice, the first; of one that never comes, the one after. */
export function momentOf(wall: string, zone: string): Date {
  const asIfUtc = Date.parse(`${wall}:00Z`);
  const found = [-1, 1].map((day) => {
    const near = asIfUtc + day * 86_400_000;
    const offset = Date.parse(`${wallAt(new Date(near), zone)}:00Z`) - near;
    return new Date(asIfUtc - offset);
  });
  return found.find((one) => wallAt(one, zone) === wall) ?? found[0] ?? new Date(asIfUtc);
}

/** 14:05 */
export function timeWords(at: number | string, zone: string, language: string): string {
  return new Intl.DateTimeFormat(language, { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

export function dayWords(day: string, language: string): string {
  const format = new Intl.DateTimeFormat(language, { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
  return format.format(new Date(`${day}T00:00:00Z`));
}
