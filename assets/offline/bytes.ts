/** Bytes and the texts that stand for them. */

export type Bytes = Uint8Array<ArrayBuffer>;

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** base64url without padding. */
export function toText(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromText(text: string): Bytes {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let place = 0; place < binary.length; place += 1) bytes[place] = binary.charCodeAt(place);
  return bytes;
}

/** The 16 bytes of a UUID. */
export function idBytes(id: string): Bytes {
  const hex = id.replaceAll("-", "");
  if (!/^[0-9a-f]{32}$/i.test(hex)) throw new Error("not an id");
  return Uint8Array.from({ length: 16 }, (_unused, place) => Number.parseInt(hex.slice(place * 2, place * 2 + 2), 16));
}

export function random(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}
