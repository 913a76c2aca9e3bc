/**
 * Many transcripts are sent one after the other, so that reading them shows how far it is. Each comes back as a ticket;
 * the form then goes on with the tickets in place of the files. Without this script the form sends all files at once.
 */
export function fill(words: string, ...values: (string | number)[]): string {
  return words.replace(/%(\d)/g, (_, place: string) => String(values[Number(place) - 1] ?? ""));
}

async function ticketOf(form: HTMLFormElement, address: string, file: File): Promise<string> {
  const body = new FormData();
  const token = form.querySelector<HTMLInputElement>("[name='csrfmiddlewaretoken']");
  body.append("csrfmiddlewaretoken", token?.value ?? "");
  body.append("transcripts", file);
  const answer = await fetch(address, { method: "POST", body, credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.text()).trim();
}

function keep(form: HTMLFormElement, ticket: string): void {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "held";
  field.value = ticket;
  form.append(field);
}

function start(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>("input[type='file']");
  const box = form.querySelector<HTMLElement>("[data-uploading-progress]");
  const line = form.querySelector<HTMLElement>("[data-uploading-line]");
  const bar = box?.querySelector("progress");
  const address = form.dataset.uploading;
  if (!input || !box || !line || !bar || !address) return;
  const done = new Set<File>();

  const sendAll = async (files: File[]): Promise<void> => {
    box.hidden = false;
    bar.max = files.length;
    for (const [place, file] of files.entries()) {
      line.textContent = fill(form.dataset.reading ?? "", place + 1, files.length, file.name);
      bar.value = place;
      if (done.has(file)) continue;
      try {
        keep(form, await ticketOf(form, address, file));
      } catch {
        line.textContent = fill(form.dataset.failed ?? "", file.name);
        delete form.dataset.sent; // the form may be sent again
        form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
        return;
      }
      done.add(file);
    }
    bar.value = files.length;
    input.disabled = true; // the tickets stand for the files
    form.submit();
  };

  form.addEventListener("submit", (event) => {
    const files = [...(input.files ?? [])];
    if (files.length < 2) return;
    event.preventDefault();
    void sendAll(files);
  });
  // another choice is another upload
  input.addEventListener("change", () => {
    done.clear();
    for (const field of form.querySelectorAll("[name='held']")) field.remove();
  });
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-uploading]")) start(form);
