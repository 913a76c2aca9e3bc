/** A form's own page within another one: what the two say to each other. */
import { make } from "../coding/dom";
import type { Filled } from "../forms/instance";

/** The form, and what is half filled of it. */
export interface OpenForm {
  readonly formXml: string;
  readonly half: string;
  readonly files: readonly File[];
}

export type ToFrame =
  | ({ readonly is: "open" } & OpenForm)
  | { readonly is: "answer"; readonly number: number; readonly isDone: boolean }
  | { readonly is: "leave" };

export type FromFrame =
  | { readonly is: "drawn"; readonly isShown: boolean; readonly why: string }
  | { readonly is: "touched" }
  | ({ readonly is: "half" | "whole"; readonly number: number } & Filled)
  | { readonly is: "left" };

export interface Listening {
  drawn(isShown: boolean, why: string): void;
  touched(): void;
  /** Whether it was kept. */
  half(filled: Filled): Promise<boolean>;
  whole(filled: Filled): Promise<boolean>;
}

const PATIENCE = 2_000;
const FORMS_PAGES = "forms";
const LONG = 60_000;

/** Whether a form's page and all that it loads are kept by the service worker, as far as they can be had now. */
export async function keepPages(): Promise<boolean> {
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), LONG));
  const worker = (await Promise.race([navigator.serviceWorker.ready, late]))?.active;
  if (!worker) return false;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise<boolean>((resolve) => {
    port1.onmessage = ({ data }) => resolve(data === true);
  });
  worker.postMessage(FORMS_PAGES, [port2]);
  return (await Promise.race([answer, late])) ?? false;
}

/** The frame, from when it is put into the page until it is left. */
export class FormFrame {
  readonly element: HTMLIFrameElement;
  private port: MessagePort | undefined;
  private left: (() => void) | undefined;
  private readonly meet: (event: MessageEvent) => void;

  constructor(
    address: string, title: string, private readonly form: OpenForm,
    private readonly listening: Listening,
  ) {
    this.element = make("iframe", { src: address, title, class: "rec-frame" });
    this.meet = ({ source, origin, data }) => {
      if (source !== this.element.contentWindow || origin !== location.origin || data !== "ready") return;
      const { port1, port2 } = new MessageChannel();
      this.port?.close();
      this.port = port1;
      port1.onmessage = (event: MessageEvent<FromFrame>) => void this.told(event.data);
      this.element.contentWindow?.postMessage("port", location.origin, [port2]);
      this.post({ is: "open", ...this.form });
    };
    addEventListener("message", this.meet);
  }

  /** What is filled in so far is kept first, where the form still answers. */
  async leave(): Promise<void> {
    if (this.port) {
      const isLeft = new Promise<void>((resolve) => (this.left = resolve));
      this.post({ is: "leave" });
      await Promise.race([isLeft, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    }
    this.close();
  }

  close(): void {
    removeEventListener("message", this.meet);
    this.port?.close();
    this.port = undefined;
    this.element.remove();
  }

  private post(message: ToFrame): void {
    this.port?.postMessage(message);
  }

  private async told(message: FromFrame): Promise<void> {
    if (message.is === "drawn") this.listening.drawn(message.isShown, message.why);
    else if (message.is === "touched") this.listening.touched();
    else if (message.is === "left") this.left?.();
    else {
      const isDone = await this.listening[message.is]({ xml: message.xml, files: message.files }).catch(() => false);
      this.post({ is: "answer", number: message.number, isDone });
    }
  }
}
