/**
 * The answers of a form as XML. The renderer hands them out only when a form is sent and nothing is wrong in it; what is
 * half filled is found at the form's own root, which it hands down to its parts.
 */
import type { ComponentInternalInstance, VNode } from "vue";

interface Root {
  prepareInstancePayload(options: { payloadType: "monolithic" }): Promise<Payload>;
}

export interface Payload {
  readonly status: "ready" | "pending";
  readonly data: readonly FormData[];
}

const FILE = "xml_submission_file";

/** The answers, and the pictures and files that they name. */
export interface Filled {
  readonly xml: string;
  readonly files: readonly File[];
}

export async function filledOf(payload: Payload): Promise<Filled> {
  const data = payload.data[0];
  const file = data?.get(FILE);
  if (!data || !(file instanceof Blob)) throw new TypeError("a form without its answers");
  const files = [...data.entries()].map(([name, one]) => (name === FILE ? null : one)).filter((one) => one instanceof File);
  return { xml: await file.text(), files };
}

function isRoot(value: unknown): value is Root {
  return typeof value === "object" && value !== null && "prepareInstancePayload" in value;
}

/** The form's root among the parts that are drawn; null before it is. */
export function rootIn(part: ComponentInternalInstance | null | undefined): Root | null {
  const waiting: (VNode | undefined)[] = [part?.subTree];
  while (waiting.length) {
    const node = waiting.pop();
    if (!node) continue;
    const given = node.component?.props.form;
    if (isRoot(given)) return given;
    waiting.push(node.component?.subTree);
    if (Array.isArray(node.children)) {
      for (const child of node.children) {
        if (typeof child === "object" && child !== null && "type" in child) waiting.push(child as VNode);
      }
    }
  }
  return null;
}

export async function halfFilled(part: ComponentInternalInstance | null | undefined): Promise<Filled | null> {
  const root = rootIn(part);
  return root ? filledOf(await root.prepareInstancePayload({ payloadType: "monolithic" })) : null;
}
