/** A form is drawn, kept while it is filled, and sent. Its page holds words and addresses; the form comes over the network. */
import { type ComponentInternalInstance, type ComponentPublicInstance, createApp, h, shallowRef } from "vue";
import { halfFilled, type Payload, xmlOf } from "./instance";
import { keeper, type Keeper, type Told } from "./keeping";
import { keepNamed } from "./naming";
import { keepToItsPlace, signStyles } from "./styles";

function part(root: HTMLElement, name: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(`[data-form-${name}]`);
  if (!found) throw new TypeError(`a form without its ${name}`);
  return found;
}

function say(root: HTMLElement, sentence: string, why = ""): void {
  const problem = part(root, "problem");
  problem.textContent = sentence.replace("%1", why);
  problem.hidden = !sentence;
  if (sentence) problem.focus();
}

async function textAt(address: string): Promise<string> {
  const answer = await fetch(address, { credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

async function post(root: HTMLElement, address: string, xml: string): Promise<Response> {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", root.dataset.token ?? "");
  body.append("instance", new Blob([xml], { type: "text/xml" }), "instance.xml");
  return fetch(address, { method: "POST", body, credentials: "same-origin", redirect: "error" });
}

interface Answered {
  html?: string;
  is_done?: boolean;
  detail?: string;
}

async function toldBy(answer: Response): Promise<Answered> {
  const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
  return isJson ? ((await answer.json()) as Answered) : {};
}

/** Sends the filled form: the server answers with what to show, or with why not. */
async function sent(root: HTMLElement, xml: string): Promise<boolean> {
  const address = root.dataset.send;
  if (!address) return false;
  let answer: Response;
  try {
    answer = await post(root, address, xml);
  } catch {
    say(root, root.dataset.notSent ?? "");
    return false;
  }
  const body = await toldBy(answer);
  if (!answer.ok) {
    say(root, body.detail ?? root.dataset.notSent ?? "");
    return false;
  }
  say(root, "");
  if (body.html) {
    const result = part(root, "result");
    // the server's own template, which escapes what was answered
    result.innerHTML = body.html;
    result.hidden = false;
    if (body.is_done) {
      part(root, "place").hidden = true;
      part(root, "kept").textContent = "";
    }
    result.focus();
  }
  return true;
}

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

function keepHalfFilled(root: HTMLElement, form: () => ComponentInternalInstance | null | undefined): Keeper | null {
  const address = root.dataset.keep;
  if (!address) return null;
  const line = part(root, "kept");
  const tell = (told: Told): void => {
    line.textContent = { kept: root.dataset.kept, keeping: root.dataset.keeping, not_kept: root.dataset.notKept }[told] ?? "";
    line.dataset.told = told;
  };
  const send = async (xml: string): Promise<boolean> => {
    const answer = await post(root, address, xml);
    if (answer.ok) return true;
    const { detail } = await toldBy(answer);
    if (detail) {
      // refused, not lost: trying again changes nothing
      keep.stop();
      line.textContent = "";
      say(root, detail);
    }
    return false;
  };
  const keep = keeper(() => halfFilled(form()), send, tell);
  for (const event of ["input", "change", "click"]) part(root, "place").addEventListener(event, () => keep.changed());
  // an overlay (a calendar, a list) stands outside the form's own place
  document.body.addEventListener("change", () => keep.changed());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void keep.now();
  });
  return keep;
}

export async function open(root: HTMLElement): Promise<void> {
  const { xform, draft, nonce } = root.dataset;
  if (!xform) return;
  signStyles(nonce ?? "");
  const [formXml, half, { OdkWebForm, webFormsPlugin }] = await Promise.all([
    textAt(xform),
    draft ? textAt(draft) : "",
    import("@getodk/web-forms"),
  ]);
  const place = part(root, "place");
  const form = shallowRef<ComponentPublicInstance | null>(null);
  const inner = (): ComponentInternalInstance | undefined => form.value?.$;
  let keep: Keeper | null = null;
  const app = createApp({
    render: () =>
      h(OdkWebForm, {
        ref: form,
        formXml,
        // pictures and lists beside a form are not kept with it
        fetchFormAttachment: () => Promise.resolve(new Response("", { status: 404 })),
        missingResourceBehavior: "BLANK",
        trackDevice: false,
        ...(half
          ? {
              editInstance: {
                resolveInstance: () => half,
                attachmentFileNames: [],
                resolveAttachment: () => Promise.resolve(new Response("", { status: 404 })),
              },
            }
          : {}),
        onSubmit: async (payload: Payload) => {
          if (payload.status === "ready" && (await sent(root, await xmlOf(payload)))) keep?.stop();
        },
      }),
  });
  app.use(webFormsPlugin);
  keepToItsPlace();
  app.mount(place);
  const isShown = await isDrawn(place);
  part(root, "loading").remove();
  if (isShown) {
    keepNamed(place);
    keep = keepHalfFilled(root, inner);
    root.dataset.ready = "true";
    return;
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  const why = whyNot();
  app.unmount();
  say(root, root.dataset.notShown ?? "", why);
  root.dataset.ready = "false";
}
