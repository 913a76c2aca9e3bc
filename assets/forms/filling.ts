/** A form is drawn, kept while it is filled, and sent. Its page holds words and addresses; the form comes over the network. */
import { newId } from "../coding/wire";
import { drawForm, whenTouched } from "./drawing";
import type { Filled } from "./instance";
import { keeper, type Keeper, type Told } from "./keeping";
import { type Limits, takenOf, wrongWith } from "./pictures";

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

/** This page, since it was opened: what it kept itself is never in its own way. */
const PAGE = newId();

async function textAt(address: string): Promise<Response> {
  const answer = await fetch(address, { credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

type Choice = "" | "this" | "kept" | "beside";

const limitsOf = (root: HTMLElement): Limits => ({ each: Number(root.dataset.each), together: Number(root.dataset.together) });

/** Names of the files that are kept with the draft: they are sent once. */
let kept: ReadonlySet<string> = new Set();

async function post(
  root: HTMLElement, address: string, xml: string | null, choose: Choice = "", files: readonly File[] = [],
): Promise<Response> {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", root.dataset.token ?? "");
  body.append("base", root.dataset.base ?? "0");
  body.append("page", PAGE);
  if (choose) body.append("choose", choose);
  if (xml !== null) body.append("instance", new Blob([xml], { type: "text/xml" }), "instance.xml");
  for (const file of files) body.append("file", file, file.name);
  return fetch(address, { method: "POST", body, credentials: "same-origin", redirect: "error" });
}

interface Answered {
  html?: string;
  is_done?: boolean;
  detail?: string;
  /** Of the draft that stands: of what was kept, or of what this page has not seen. */
  version?: number;
  /** Names of the files that are kept with it. */
  files?: readonly string[];
}

async function toldBy(answer: Response): Promise<Answered> {
  const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
  return isJson ? ((await answer.json()) as Answered) : {};
}

/** Sends the filled form: the server answers with what to show, or with why not. */
async function sent(root: HTMLElement, { xml, files }: Filled, stale: (version: number) => void): Promise<boolean> {
  const address = root.dataset.send;
  if (!address) return false;
  // where nothing is kept, what was chosen is not sent
  const taken = root.dataset.keep ? files : [];
  const wrong = await wrongWith(taken, limitsOf(root));
  if (wrong) {
    say(root, { kind: root.dataset.notTaken, each: root.dataset.tooLarge, together: root.dataset.tooMany }[wrong] ?? "");
    return false;
  }
  let answer: Response;
  try {
    answer = await post(root, address, xml, "", taken.filter((file) => !kept.has(file.name)));
  } catch {
    say(root, root.dataset.notSent ?? "");
    return false;
  }
  const body = await toldBy(answer);
  if (!answer.ok) {
    if (body.version !== undefined) stale(body.version);
    else say(root, body.detail ?? root.dataset.notSent ?? "");
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

/**
 * Two pages filled the form in: the person chooses, and the page begins anew from that. `version`: of the newer one, which this
 * page has not seen; null where this page shows that one itself.
 */
function letChoose(root: HTMLElement, half: () => Promise<Filled | null>, version: number | null): void {
  const address = root.dataset.keep ?? "";
  const choice = part(root, "choice");
  const choose = async (word: Choice, filled: Filled | null): Promise<void> => {
    const files = await takenOf(filled?.files ?? [], limitsOf(root));
    const answer = await post(root, address, filled?.xml ?? null, word, files).catch(() => null);
    if (answer?.ok) return location.reload();
    say(root, (answer && (await toldBy(answer)).detail) || (root.dataset.notKept ?? ""));
  };
  part(root, "this").onclick = async () => {
    if (version !== null) root.dataset.base = String(version);
    await choose(version === null ? "kept" : "this", version === null ? null : await half());
  };
  part(root, "other").onclick = () => choose(version === null ? "beside" : "kept", null);
  choice.hidden = false;
  choice.focus();
}

function keepHalfFilled(
  root: HTMLElement, half: () => Promise<Filled | null>, stale: (version: number) => void,
): Keeper | null {
  const address = root.dataset.keep;
  if (!address) return null;
  const line = part(root, "kept");
  let chosen: readonly File[] = [];
  const read = async (): Promise<string | null> => {
    const filled = await half();
    chosen = filled?.files ?? [];
    return filled?.xml ?? null;
  };
  const tell = (told: Told): void => {
    const whole = chosen.every((file) => kept.has(file.name)) ? root.dataset.kept : root.dataset.keptWithout;
    line.textContent = { kept: whole, keeping: root.dataset.keeping, not_kept: root.dataset.notKept }[told] ?? "";
    line.dataset.told = told;
  };
  const send = async (xml: string): Promise<boolean> => {
    const taken = await takenOf(chosen, limitsOf(root));
    const answer = await post(root, address, xml, "", taken.filter((file) => !kept.has(file.name)));
    const { detail, version, files } = await toldBy(answer);
    if (answer.ok) {
      root.dataset.base = String(version ?? root.dataset.base);
      kept = new Set(files);
      return true;
    }
    if (detail) {
      // refused, not lost: trying again changes nothing
      keep.stop();
      line.textContent = "";
      if (version === undefined) say(root, detail);
      else stale(version);
    }
    return false;
  };
  const keep = keeper(read, send, tell);
  whenTouched(part(root, "place"), () => keep.changed());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void keep.now();
  });
  return keep;
}

/** What was chosen before a pause; of what cannot be had the form asks again. */
async function filesAt(address: string): Promise<File[]> {
  const told = (await (await textAt(`${address}?files`)).json()) as { files: readonly { name: string; address: string }[] };
  return Promise.all(
    told.files.map(async ({ name, address: at }) => {
      const file = await (await textAt(at)).blob();
      return new File([file], name, { type: file.type });
    }),
  );
}

export async function open(root: HTMLElement): Promise<void> {
  const { xform, draft, nonce } = root.dataset;
  if (!xform) return;
  const [formXml, half, files] = await Promise.all([
    textAt(xform).then((answer) => answer.text()),
    draft
      ? textAt(draft).then((answer) => {
          root.dataset.base = answer.headers.get("x-draft-version") ?? root.dataset.base ?? "0";
          return answer.text();
        })
      : "",
    draft && root.dataset.each !== "0" ? filesAt(draft) : [],
  ]);
  kept = new Set(files.map((file) => file.name));
  let keep: Keeper | null = null;
  const filled = (): Promise<Filled | null> => drawn.half();
  const stale = (version: number): void => {
    keep?.stop();
    letChoose(root, filled, version);
  };
  const drawn = await drawForm(part(root, "place"), {
    formXml, half, files, nonce: nonce ?? "",
    send: async (whole) => {
      if (await sent(root, whole, stale)) keep?.stop();
    },
  });
  part(root, "loading").remove();
  if (drawn.isShown) {
    keep = keepHalfFilled(root, filled, stale);
    if (root.dataset.beside) letChoose(root, filled, null);
  } else say(root, root.dataset.notShown ?? "", drawn.why);
  root.dataset.ready = String(drawn.isShown);
}
