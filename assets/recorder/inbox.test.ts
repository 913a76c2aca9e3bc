import { describe, expect, it, vi } from "vitest";
import type { Kept } from "../offline/outbox";
import type { Held, Screen } from "../offline/wire";
import { inboxList, type InboxOptions } from "./inbox";
import { stateOf } from "./today";

const words = new Proxy({}, { get: (_all, name: string) => name }) as Record<string, string>;
const screen = { sites: [], lists: {}, enums: {} } as unknown as Screen;

function held(id: string, state: Held["state"]): Held {
  return {
    id, contact_id: id, kind: "withdrawal", state, why: `why ${id}`, made_at: null, received_at: "2026-03-02T10:30:00Z", site_id: null,
    contact: null, has_client_code: false, has_answers: false, current: null,
  };
}

function shown(records: readonly Held[]): { element: HTMLElement; drop: ReturnType<typeof vi.fn> } {
  const drop = vi.fn();
  const options: InboxOptions = { words, screen, language: "en", again: vi.fn(), openAgain: vi.fn(), onTop: vi.fn(), drop };
  return { element: inboxList(records, options), drop };
}

describe("what waits at the server", () => {
  it("stands behind what came back, with what it waits for, and can be dropped alone", () => {
    const { element, drop } = shown([held("a", "waiting"), held("b", "rejected")]);
    expect([...element.querySelectorAll("[data-held]")].map((one) => one.getAttribute("data-held"))).toEqual(["b", "a"]);
    const waiting = element.querySelector<HTMLElement>(".is-waiting");
    expect(waiting?.textContent).toContain("why a");
    const presses = [...(waiting?.querySelectorAll("button") ?? [])];
    expect(presses.map((one) => one.textContent)).toEqual(["drop_recorded_elsewhere", "drop_did_not_happen", "drop_stands_as_it_is"]);
    presses[1]?.click();
    expect(drop).toHaveBeenCalledWith(expect.objectContaining({ id: "a" }), "did_not_happen");
    expect(shown([held("b", "rejected")]).element.textContent).not.toContain("waits_there");
  });

  it("is told of beside the record, until it is recorded or came back", () => {
    const receipt = { state: "accepted", why: "for another", version: null, isWaiting: true, at: "2026-03-02T10:30:00Z" };
    const event = { id: "0190f3c0", state: "received", receipt, receivedAt: 1 } as unknown as Kept;
    const said = (isSettled: boolean, back?: Held): { text: string; tone: string } =>
      stateOf(event, "UTC", { words, language: "en", isSettled: () => isSettled, back: () => back });
    expect(said(false)).toEqual({ text: "receipt_waits for another", tone: "warn" });
    expect(said(false, held("b", "conflict"))).toEqual({ text: "came_back why b", tone: "bad" });
    expect(said(true)).toEqual({ text: "receipt", tone: "good" });
  });
});
