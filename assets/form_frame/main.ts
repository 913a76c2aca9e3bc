/**
 * A form within the recorder's page: drawn here, kept and sent by that page. This one knows no key and asks no server; it
 * opens without a network, under a content policy that a form needs and the recorder does not get.
 */
import "../forms/forms.css";
import { drawForm, type Drawn, whenTouched } from "../forms/drawing";
import type { Filled } from "../forms/instance";
import { keeper } from "../forms/keeping";
import type { FromFrame, OpenForm, ToFrame } from "../offline/frame";

const place = document.querySelector<HTMLElement>("[data-form-place]");
const nonce = document.querySelector<HTMLElement>("[data-form]")?.dataset.nonce ?? "";

class Frame {
  private readonly asked = new Map<number, (isDone: boolean) => void>();
  private last = 0;
  private drawn: Drawn | undefined;
  private chosen: readonly File[] = [];
  private readonly keep = keeper(
    async () => {
      const filled = await this.drawn?.half();
      this.chosen = filled?.files ?? [];
      return filled?.xml ?? null;
    },
    (xml) => this.ask("half", { xml, files: this.chosen }),
    () => undefined,
  );

  constructor(
    private readonly port: MessagePort,
    private readonly place: HTMLElement,
  ) {
    port.onmessage = ({ data }: MessageEvent<ToFrame>) => void this.told(data);
  }

  private post(message: FromFrame): void {
    this.port.postMessage(message);
  }

  private ask(is: "half" | "whole", filled: Filled): Promise<boolean> {
    this.last += 1;
    const number = this.last;
    return new Promise((resolve) => {
      this.asked.set(number, resolve);
      this.post({ is, ...filled, number });
    });
  }

  private async told(message: ToFrame): Promise<void> {
    if (message.is === "open") await this.open(message);
    else if (message.is === "answer") {
      this.asked.get(message.number)?.(message.isDone);
      this.asked.delete(message.number);
    } else {
      await this.keep.now();
      this.post({ is: "left" });
    }
  }

  private async open({ formXml, half, files }: OpenForm): Promise<void> {
    try {
      const send = async (filled: Filled): Promise<void> => {
        if (await this.ask("whole", filled)) this.keep.stop();
      };
      this.drawn = await drawForm(this.place, { formXml, half, files, nonce, send });
    } catch (error) {
      this.post({ is: "drawn", isShown: false, why: error instanceof Error ? error.message : "" });
      return;
    }
    const { isShown, why } = this.drawn;
    this.post({ is: "drawn", isShown, why });
    if (!isShown) return;
    whenTouched(this.place, () => this.keep.changed());
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => this.post({ is: "touched" }), { passive: true });
  }
}

const theme = /(?:^|; )throughline_theme=(light|dark)/.exec(document.cookie)?.[1];
if (theme) document.documentElement.dataset.theme = theme;
if (place && parent !== window) {
  addEventListener("message", ({ source, origin, data, ports: [port] }) => {
    if (source !== parent || origin !== location.origin || data !== "port" || !port) return;
    new Frame(port, place);
  });
  parent.postMessage("ready", location.origin);
}
