// A page on a kernel that says nothing by itself.

import { vi } from "vitest";
import { FakeModel } from "../../fixtures/model";
import { Connection } from "../../src/core/connection/connection";
import { Store } from "../../src/core/store";
import { summary } from "../builders";

type Status = (message: object) => void;

/** `dealWith(n)` has the kernel say that it has dealt with the n-th call. */
export function connect(traits: Record<string, unknown> = {}, extra: object = {}) {
  const model = Object.assign(new FakeModel({ _protocol: 1, _summary: summary(), ...traits }), extra);
  const send = vi.spyOn(model, "send");
  const store = new Store();
  const connection = new Connection(model, store);
  const pings = () => model.sent.filter(({ method }) => method === "ping");
  const snapshots = () => model.sent.filter(({ type }) => type === "snapshot");
  const statuses = () => {
    const calls = send.mock.calls as [content: unknown, callbacks?: { iopub: { status: Status } }][];
    return calls.flatMap(([, callbacks]) => (callbacks ? [callbacks.iopub.status] : []));
  };
  const dealWith = (nth: number, state = "idle") =>
    statuses()[nth]?.({ content: { execution_state: state } });
  return { model, store, connection, pings, snapshots, statuses, dealWith };
}

export const delta = (n: number, fields: object = {}) => ({ type: "delta", n, ...fields });
export const later = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
