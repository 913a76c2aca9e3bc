/** Pictures before they leave the device: made as small as a screen shows them, which also leaves behind where they were taken. */

/** On the longer side. */
const MOST_PIXELS = 2_048;
const QUALITY = 0.85;
/** Drawn anew as they are; others become JPEG. */
const SAME = new Set(["image/png", "image/webp"]);

/** The name stays: the form speaks of it by that. What no browser can draw goes as it is: the server looks at all. */
export async function shrunk(file: File): Promise<File> {
  if (!file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, MOST_PIXELS / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const as = (type: string): Promise<Blob | null> => new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
    const same = SAME.has(file.type) ? await as(file.type) : null;
    // WebKit writes no WebP, and gives a PNG in its place, many times as large
    const drawn = same?.type === file.type ? same : await as("image/jpeg");
    return drawn ? new File([drawn], file.name, { type: drawn.type }) : file;
  } catch {
    return file;
  }
}

/** What may be sent, in bytes; nothing: no files. */
export interface Limits {
  readonly each: number;
  readonly together: number;
}

export type Wrong = "kind" | "each" | "together";

/** By its first bytes, as the server tells it: JPEG, PNG, WebP, WAV, MP4 and its kin, MP3, PDF. The server looks closer. */
const BEGINNINGS = [/^\xff\xd8\xff/, /^\x89PNG\r\n\x1a\n/, /^RIFF....(WEBP|WAVE)/s, /^....ftyp(?!hei|hev|mif|msf|avi|crx)/s, /^ID3|^\xff[\xf2-\xff]/, /^%PDF-/];

async function isTaken(file: Blob): Promise<boolean> {
  const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 12).arrayBuffer()));
  return BEGINNINGS.some((one) => one.test(head));
}

/** Those that are kept before the form is whole; of what is left out the form says why when it is sent. */
export async function takenOf(files: readonly File[], limits: Limits): Promise<File[]> {
  const wrong = await Promise.all(files.map((file) => wrongWith([file], limits)));
  const taken = files.filter((_, at) => wrong[at] === null);
  return taken.reduce((sum, file) => sum + file.size, 0) > limits.together ? [] : taken;
}

/** Why these files cannot be sent; null where they can. */
export async function wrongWith(files: readonly Blob[], limits: Limits): Promise<Wrong | null> {
  for (const file of files) if (!(await isTaken(file))) return "kind";
  if (files.some((file) => file.size > limits.each)) return "each";
  return files.reduce((sum, file) => sum + file.size, 0) > limits.together ? "together" : null;
}
