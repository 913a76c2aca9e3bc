/** A form drawn in its place by ODK's renderer, and what is filled in of it so far. */
import { type ComponentPublicInstance, createApp, h, shallowRef } from "vue";
import { type Filled, filledOf, halfFilled, type Payload } from "./instance";
import { keepNamed } from "./naming";
import { shrunk } from "./pictures";
import { keepToItsPlace, signStyles } from "./styles";

export interface Drawing {
  readonly formXml: string;
  /** What was filled in before; empty where nothing was. */
  readonly half: string;
  /** What was chosen before; of what is named and not among these, the form asks again. */
  readonly files: readonly File[];
  readonly nonce: string;
  /** The form is whole. */
  send(filled: Filled): Promise<void>;
}

export interface Drawn {
  readonly isShown: boolean;
  /** Why not, in the renderer's own words. */
  readonly why: string;
  /** What is filled in so far; null before anything is drawn. */
  half(): Promise<Filled | null>;
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
  const { formXml, files } = drawing;
  const before = {
    resolveInstance: () => drawing.half, attachmentFileNames: files.map((file) => file.name),
    resolveAttachment: (name: string) => Promise.resolve(new Response(files.find((file) => file.name === name))),
  };
  // each choice has a name of its own: drawn anew once, and not again after a pause
  const small = new Map(files.map((file) => [file.name, Promise.resolve(file)]));
  const smaller = async ({ xml, files: chosen }: Filled): Promise<Filled> => {
    for (const file of chosen) if (!small.has(file.name)) small.set(file.name, shrunk(file));
    return { xml, files: await Promise.all(chosen.map((file) => small.get(file.name) ?? file)) };
  };
  const app = createApp({
    render: () =>
      h(OdkWebForm, {
        ref: form,
        formXml,
        // pictures and lists beside a form are not kept with it
        fetchFormAttachment: nothing,
        missingResourceBehavior: "BLANK",
        trackDevice: false,
        ...(drawing.half ? { editInstance: before } : {}),
        onSubmit: async (payload: Payload) => {
          if (payload.status !== "ready") return;
          await drawing.send(await smaller(await filledOf(payload)));
        },
      }),
  });
  app.use(webFormsPlugin);
  keepToItsPlace();
  app.mount(place);
  if (await isDrawn(place)) {
    keepNamed(place);
    const half = async (): Promise<Filled | null> => {
      const filled = await halfFilled(form.value?.$);
      return filled && smaller(filled);
    };
    return { isShown: true, why: "", half };
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  const why = whyNot();
  app.unmount();
  return { isShown: false, why, half: () => Promise.resolve(null) };
}
