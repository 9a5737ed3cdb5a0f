// A form on a page without Jupyter, and a kernel that answers as it is told to.

import { afterEach, beforeEach, vi } from "vitest";
import { hostOf } from "../../fixtures/host";
import { FakeModel } from "../../fixtures/model";
import schemas from "../../fixtures/schemas.json";
import { begin } from "../../src/widgets/app/index";

export const frame = (milliseconds = 60) => vi.advanceTimersByTimeAsync(milliseconds);
const removals: (() => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  for (const remove of removals.splice(0)) remove();
  await frame();
  vi.useRealTimers();
});

export const GIVEN = { input: null, config: null, context: null, message: null };

export const DESCRIPTION = {
  kind: "local",
  name: "agent",
  assistant: null,
  input: schemas.typedDict,
  context: null,
  config: { type: "object", properties: { recursion_limit: { type: "integer", minimum: 1 } } },
  notes: [],
  chat: false,
  remembers: true,
  secrets: [],
  given: GIVEN,
};

export const IDLE = {
  status: "success",
  target: "agent",
  thread: null,
  turn: 0,
  panels: true,
  earlier: [],
  run: null,
};

export const RUN = {
  number: 1,
  model: "view",
  status: "running",
  error: null,
  note: null,
  thread_id: "t",
  asks: 0,
  here: true,
};

interface Kernel {
  describe?: object;
  answers?: Record<string, unknown>;
  errors?: Record<string, string>;
  views?: Record<string, FakeModel>;
  summary?: object;
}

/** A form on the page, and a kernel that answers as it is told to. */
export async function form(kernel: Kernel = {}) {
  const { describe: told = {}, answers = {}, errors = {}, views = {}, summary = {} } = kernel;
  const model = new FakeModel({ _protocol: 1, _summary: { ...IDLE, ...summary } });
  const known: Record<string, unknown> = {
    describe: { ...DESCRIPTION, ...told },
    conversation: { turn: 0, messages: [] },
    start: { number: 1 },
    threads: [{ value: "t-1", label: "t-1", detail: "used here" }],
    code: { text: "lg_jupyter.stream(agent, {})" },
    ...answers,
  };
  for (const [id, view] of Object.entries(views)) {
    view.on("msg:custom", (content: unknown) =>
      model.receive({ type: "hosted", id, data: { method: "custom", content } }),
    );
  }
  model.kernel = ({ type, id, method, params, content }) => {
    if (type === "hosted") views[id ?? ""]?.send(content);
    if (!method) return;
    const view = method === "hosted" ? views[String(params?.id)] : undefined;
    if (view) {
      model.receive({ type: "reply", id, result: view.traits });
      return;
    }
    const reply = method in errors ? { error: errors[method] } : { result: known[method] ?? true };
    setTimeout(() => model.receive({ type: "reply", id, ...reply }), 5);
  };
  const { render, close } = begin(hostOf(model));
  const el = document.createElement("div");
  document.body.append(el);
  const unmount = render({ model, el });
  const remove = () => {
    unmount();
    close();
    el.remove();
  };
  removals.push(remove);
  const summarize = async (news: object) => {
    model.traits._summary = { ...(model.traits._summary as object), ...news };
    model.emit("change:_summary");
    await frame();
  };
  await frame();
  return { model, el, summarize, known, remove };
}

export const asked = (model: FakeModel, method: string) =>
  model.sent.filter((sent) => sent.method === method).map(({ params }) => params);

export const field = (el: Element, name: string) => {
  const label = [...el.querySelectorAll("label")].find((each) => each.textContent === name);
  return document.getElementById(label?.htmlFor ?? "") as HTMLTextAreaElement;
};

export async function type(input: HTMLTextAreaElement, value: string) {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await frame();
}

export async function press(input: Element, key: string, more: KeyboardEventInit = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  input.dispatchEvent(event);
  await frame();
  return event;
}

export const message = (el: Element) =>
  el.querySelector("textarea[aria-label=Message]") as HTMLTextAreaElement;
