/** Keeps what is half filled: a while after the last change, one at a time, and again where it did not arrive. */
export interface Keeper {
  changed(): void;
  now(): Promise<void>;
  stop(): void;
}

export type Told = "kept" | "keeping" | "not_kept";

const QUIET = 1_500;
const AGAIN = 10_000;

export function keeper(
  read: () => Promise<string | null>,
  send: (xml: string) => Promise<boolean>,
  tell: (told: Told) => void,
): Keeper {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last: string | null = null;
  let isBusy = false;
  let isStopped = false;
  let isDue = false;

  const wait = (milliseconds: number): void => {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(() => void now(), milliseconds);
  };

  async function now(): Promise<void> {
    clearTimeout(timer);
    if (isStopped) return;
    if (isBusy) {
      isDue = true;
      return;
    }
    isBusy = true;
    try {
      const xml = await read();
      if (xml === null || xml === last) return;
      tell("keeping");
      const isKept = await send(xml).catch(() => false);
      if (isStopped) return;
      tell(isKept ? "kept" : "not_kept");
      if (isKept) last = xml;
      else wait(AGAIN);
    } finally {
      isBusy = false;
      if (isDue) {
        isDue = false;
        wait(QUIET);
      }
    }
  }

  return {
    changed: () => wait(QUIET),
    now,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
