/**
 * Keeps the recorder's page and what it is built of, so that it opens without a network. Nothing else is kept: no
 * answer of the API, no other page, nothing of anybody. The server writes above this which files belong to the build.
 */

interface Kept {
  /** Changes with each build, and with the page. */
  readonly version: string;
  readonly page: string;
  readonly files: readonly string[];
  /** A form's own page and what it loads: heavy, and kept for who interviews alone, once their page asks for it. */
  readonly forms: { readonly page: string; readonly files: readonly string[] };
}

interface Worker extends EventTarget {
  readonly RECORDER?: Kept;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Lasting {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const worker = self as unknown as Worker;
const kept = worker.RECORDER ?? { version: "none", page: "", files: [], forms: { page: "", files: [] } };
const PREFIX = "throughline-recorder-";
const NAME = PREFIX + kept.version;

interface Telling extends Lasting {
  readonly data: unknown;
  readonly ports: readonly MessagePort[];
}

async function install(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll([...kept.files]);
  const page = await fetch(kept.page, { credentials: "same-origin", redirect: "manual", cache: "no-store" });
  // a redirect leads to the sign-in page: that is not what is to be opened later
  if (!page.ok) throw new Error("the recorder's page cannot be kept now");
  await cache.put(kept.page, page);
  // an earlier build kept them here: this one does, too, before it takes that one's place
  if (await caches.match(kept.forms.page)) await keepForms();
  await worker.skipWaiting();
}

/** What is kept in part is fetched again: a form's page counts as kept only when all that it loads is. */
async function keepForms(): Promise<void> {
  const cache = await caches.open(NAME);
  if (await cache.match(kept.forms.page)) return;
  await cache.addAll([...kept.forms.files]);
  const page = await fetch(kept.forms.page, { credentials: "same-origin", redirect: "manual", cache: "no-store" });
  if (!page.ok) throw new Error("a form's page cannot be kept now");
  await cache.put(kept.forms.page, page);
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function fromCache(request: Request, path: string): Promise<Response> {
  const found = await (await caches.open(NAME)).match(path);
  return found ?? fetch(request);
}

worker.addEventListener("install", (event) => (event as Lasting).waitUntil(install()));
worker.addEventListener("activate", (event) => (event as Lasting).waitUntil(activate()));
worker.addEventListener("fetch", (given) => {
  const event = given as Fetching;
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  const isPage = event.request.mode === "navigate" && [kept.page, kept.forms.page].includes(address.pathname);
  if (isPage || kept.files.includes(address.pathname) || kept.forms.files.includes(address.pathname)) event.respondWith(fromCache(event.request, address.pathname));
});

worker.addEventListener("message", (given) => {
  const event = given as Telling;
  if (event.data !== "forms") return;
  const [port] = event.ports;
  event.waitUntil(keepForms().then(() => port?.postMessage(true), () => port?.postMessage(false)));
});

export {};
