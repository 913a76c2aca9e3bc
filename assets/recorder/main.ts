import "../brand/icon-192.png?url";
import "../brand/icon-512.png?url";
import "../brand/icon-maskable.png?url";
import "../styles/recorder_head.css";
import "../styles/recorder.css";
import { held, say, type Words } from "../coding/dom";
import { Device } from "../offline/device";
import { App } from "./app";
import { telling } from "./gate";

/** The recorder. Its page holds words and addresses, and nothing of anybody: it is kept to be opened without a network. */
async function open(root: HTMLElement): Promise<void> {
  const words = held<Words>("rec-words");
  // the page is the same for everybody; how this browser wants it stands in a cookie
  const theme = /(?:^|; )throughline_theme=(light|dark)/.exec(document.cookie)?.[1];
  if (theme) document.documentElement.dataset.theme = theme;
  const { api, signIn, signOut, worker, formPage } = root.dataset;
  if (!api || !signIn || !signOut || !worker || !formPage) throw new Error("the page does not say where to send");
  if (!("serviceWorker" in navigator) || !("locks" in navigator) || !crypto.subtle) {
    root.replaceChildren(telling(say(words, "too_old"), say(words, "too_old_text")).element);
    return;
  }
  // a page that was kept says so itself: without a network there is nothing newer to be had
  navigator.serviceWorker.register(worker).catch(() => undefined);
  try {
    await new App(root, words, { api, signIn, signOut, formPage }, await Device.open()).start();
  } catch (error) {
    root.replaceChildren(telling(say(words, "no_store"), say(words, "no_store_text")).element);
    throw error;
  }
}

for (const root of document.querySelectorAll<HTMLElement>("[data-recorder]")) void open(root);
