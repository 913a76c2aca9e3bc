import { afterEach, describe, expect, it, vi } from "vitest";
import { askToKeep } from "../offline/device";
import { Status } from "./status";

const browser = (storage: unknown): void => void vi.stubGlobal("navigator", { storage });

afterEach(() => void vi.unstubAllGlobals());

describe("room that the browser may take back", () => {
  it("is asked for each time until the browser promises it, and not again after that", async () => {
    const persist = vi.fn().mockResolvedValueOnce(false).mockResolvedValueOnce(true);
    const persisted = vi.fn().mockResolvedValueOnce(false).mockResolvedValueOnce(false).mockResolvedValue(true);
    browser({ persist, persisted });
    expect([await askToKeep(), await askToKeep(), await askToKeep()]).toEqual([false, true, true]);
    expect(persist).toHaveBeenCalledTimes(2);
  });

  it("is not promised by a browser that cannot, or that fails", async () => {
    browser(undefined);
    expect(await askToKeep()).toBe(false);
    browser({ persisted: () => Promise.reject(new Error("no")) });
    expect(await askToKeep()).toBe(false);
  });

  it("is told of where it is not promised, and only there", () => {
    const status = new Status({ may_be_cleared: "It may be cleared." }, "/sign-in/");
    // what stays in sight is short: this would cover a phone's screen
    expect(status.element.querySelector("[data-room]")).toBeNull();
    const line = status.beside.querySelector<HTMLElement>("[data-room]");
    expect(line?.hidden).toBe(true);
    status.keeps(false);
    expect([line?.hidden, line?.textContent]).toEqual([false, "It may be cleared."]);
    status.keeps(true);
    expect([line?.hidden, line?.textContent]).toEqual([true, ""]);
  });
});
