/** A form drawn in its place by ODK's renderer, and what is filled in of it so far. */
import { type ComponentPublicInstance, createApp, h, shallowRef } from "vue";
import { halfFilled, type Payload, xmlOf } from "./instance";
import { keepNamed } from "./naming";
import { keepToItsPlace, signStyles } from "./styles";

export interface Drawing {
  readonly formXml: string;
  /** What was filled in before; empty where nothing was. */
  readonly half: string;
  readonly nonce: string;
  /** The form is whole. */
  send(xml: string): Promise<void>;
}

export interface Drawn {
  readonly isShown: boolean;
  /** Why not, in the renderer's own words. */
  readonly why: string;
  /** What is filled in so far; null before anything is drawn. */
  half(): Promise<string | null>;
}

const nothing = (): Promise<Response> => Promise.resolve(new Response("", { status: 404 }));

/** Why the renderer cannot show a form, in its own words; its dialog over the page goes. */
function whyNot(): string {
  const dialog = document.querySelector(".form-load-failure-dialog");
  return (dialog?.querySelector(".message")?.textContent ?? dialog?.textContent ?? "").trim();
}

async function isDrawn(place: HTMLElement): Promise<boolean> {
  for (;;) {
    const status = place.querySelector(".form-initialization-status");
    if (status?.classList.contains("ready")) return true;
    if (status?.classList.contains("error")) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Something in the form, or in what it opens over the page, was touched. */
export function whenTouched(place: HTMLElement, told: () => void): void {
  for (const event of ["input", "change", "click"]) place.addEventListener(event, told);
  // an overlay (a calendar, a list) stands outside the form's own place
  document.body.addEventListener("change", told);
}

export async function drawForm(place: HTMLElement, drawing: Drawing): Promise<Drawn> {
  signStyles(drawing.nonce);
  const { OdkWebForm, webFormsPlugin } = await import("@getodk/web-forms");
  const form = shallowRef<ComponentPublicInstance | null>(null);
  const { formXml, half } = drawing;
  const before = { resolveInstance: () => half, attachmentFileNames: [], resolveAttachment: nothing };
  const app = createApp({
    render: () =>
      h(OdkWebForm, {
        ref: form,
        formXml,
        // pictures and lists beside a form are not kept with it
        fetchFormAttachment: nothing,
        missingResourceBehavior: "BLANK",
        trackDevice: false,
        ...(half ? { editInstance: before } : {}),
        onSubmit: async (payload: Payload) => {
          if (payload.status === "ready") await drawing.send(await xmlOf(payload));
        },
      }),
  });
  app.use(webFormsPlugin);
  keepToItsPlace();
  app.mount(place);
  if (await isDrawn(place)) {
    keepNamed(place);
    return { isShown: true, why: "", half: () => halfFilled(form.value?.$) };
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  const why = whyNot();
  app.unmount();
  return { isShown: false, why, half: () => Promise.resolve(null) };
}
