// The whole widget on a page without Jupyter, and short ways to find one's way in it, by role and text.

import { afterEach, beforeEach, vi } from "vitest";
import { hostOf } from "../fixtures/host";
import { FakeModel, modelOf } from "../fixtures/model";
import type { Script } from "../fixtures/script";
import type { Methods } from "../src/core/connection/methods";
import type { Summary } from "../src/core/schema";
import { begin } from "../src/widgets/run/index";
import { delta, summary } from "./builders";

export interface Shown {
  model: FakeModel;
  el: HTMLElement;
  /** Puts another view of the same model on the page. */
  another: () => HTMLElement;
  remove: () => void;
}

const removals: (() => void)[] = [];
/** Lets pass what takes a moment: frames, replies, a pause after typing. */
export const frame = (milliseconds = 60) => vi.advanceTimersByTimeAsync(milliseconds);

/** Lets components take their state, which they do before the next key, and before anything is painted. */
export const drawn = () => Promise.resolve();

export function show(model: FakeModel): Shown {
  const { render, close } = begin(hostOf(model));
  const views: (() => void)[] = [];
  const another = () => {
    const el = document.createElement("div");
    document.body.append(el);
    const unmount = render({ model, el });
    views.push(() => {
      unmount();
      el.remove();
    });
    return el;
  };
  const el = another();
  const remove = () => {
    for (const view of views.splice(0)) view();
    close();
  };
  removals.push(remove);
  return { model, el, another, remove };
}

export function tell(model: FakeModel, script: Script, until = Number.POSITIVE_INFINITY): void {
  for (const { at, message: told } of script.frames) if (at <= until) model.receive(told);
}

export async function shown(script: Script, until?: number): Promise<Shown> {
  const view = show(modelOf(script));
  tell(view.model, script, until);
  await frame();
  return view;
}

/** What a kernel replies, by method; an error is why it does not. */
type Replies = { readonly [M in keyof Methods]?: Methods[M]["result"] | Error };

/**
 * A run that goes on and has these rows, by table (`tests/builders.ts` makes rows), what its kernel replies, and what
 * else its summary says.
 */
export async function shownRows(
  rows: object,
  replies: Replies = {},
  fields: Partial<Summary> = {},
): Promise<HTMLElement> {
  const model = new FakeModel({ _protocol: 1, _summary: summary(fields) });
  model.kernel = ({ id, method = "" }) => {
    const result = replies[method as keyof Methods];
    if (result === undefined) return;
    model.receive({
      type: "reply",
      id,
      ...(result instanceof Error ? { error: result.message } : { result }),
    });
  };
  const { el } = show(model);
  model.receive(delta(1, { rows: { messages: [], ...rows } }));
  await frame();
  return el;
}

export const text = (el: Element | null | undefined) => (el?.textContent ?? "").replaceAll("\u00a0", " ");
export const byRole = (el: Element, role: string, name?: string): HTMLElement[] =>
  [...el.querySelectorAll<HTMLElement>(`[role=${role}]`)].filter(
    (each) => name === undefined || (each.getAttribute("aria-label") ?? text(each)).startsWith(name),
  );
export const tab = (el: Element, name: string) => byRole(el, "tab", name)[0] as HTMLElement;
/** The first whose text includes `name`: of a panel's, look in what `open` gives. */
export const button = (el: Element, name: string) =>
  [...el.querySelectorAll("button")].find((each) => text(each).includes(name)) as HTMLButtonElement;
export const asked = (model: FakeModel, method: string) =>
  model.sent.filter((sent) => sent.method === method).map(({ params }) => params);
export const cards = (el: Element) => [...el.querySelectorAll<HTMLElement>("article")];

export function press(target: Element | null | undefined, key: string): void {
  target?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

/** Opens the panel with this title. */
export async function open(el: Element, name: string): Promise<HTMLElement> {
  tab(el, name).click();
  await frame();
  return byRole(el, "tabpanel")[0] as HTMLElement;
}

/** To be called once in each file of tests. */
export function eachOnItsOwn(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    localStorage.clear();
  });
  afterEach(async () => {
    for (const remove of removals.splice(0)) remove();
    await frame(); // Preact's own queue must not be cut off: it is shared by all tests
    vi.useRealTimers();
  });
}
