// Models whose messages travel over another's line: `lg_jupyter/widgets/hosted_widgets.py` is its other side.

import type { Model } from "./model";
import { isObject } from "../schema";

type State = Readonly<Record<string, unknown>>;
type Listener = (...args: never[]) => void;

/** A model that is drawn inside another. */
export class HostedModel implements Model {
  /** What came before anybody listened. */
  readonly early: unknown[] = [];
  readonly #listeners = new Map<string, Set<Listener>>();
  #state: State;

  constructor(
    private readonly id: string,
    private readonly host: Model,
    state: State,
  ) {
    this.#state = state;
  }

  get widget_manager(): unknown {
    return this.host.widget_manager;
  }

  get(name: string): unknown {
    return this.#state[name];
  }

  send(content: unknown, callbacks?: unknown): void {
    this.host.send({ type: "hosted", id: this.id, content }, callbacks);
  }

  on(name: string, callback: Listener): void {
    this.#listeners.set(name, (this.#listeners.get(name) ?? new Set()).add(callback));
  }

  off(name: string, callback: Listener): void {
    this.#listeners.get(name)?.delete(callback);
  }

  /** Takes what a comm would have brought. */
  receiveMessage({ method, state, content }: Record<string, unknown>): void {
    if (method === "update") {
      this.#state = { ...this.#state, ...(state as State) };
      for (const name of Object.keys(state as State)) this.#emit(`change:${name}`);
    } else if (method === "custom" && !this.#emit("msg:custom", content, [])) {
      this.early.push(content);
    }
  }

  /** Whether anybody listened. */
  #emit(name: string, ...args: unknown[]): boolean {
    const listeners = [...(this.#listeners.get(name) ?? [])];
    for (const listener of listeners) (listener as (...args: unknown[]) => void)(...args);
    return listeners.length > 0;
  }
}

/** Asks the kernel for what is synced of a model. */
export type RequestState = (id: string) => Promise<unknown>;

/** The models that are drawn inside one. */
export class HostedModels {
  readonly #models = new Map<string, Promise<HostedModel>>();
  readonly #stop: () => void;

  constructor(
    private readonly host: Model,
    early: readonly unknown[],
    private readonly ask: RequestState,
  ) {
    for (const message of early) this.#hear(message);
    const hear = (message: unknown) => this.#hear(message);
    host.on("msg:custom", hear);
    this.#stop = () => host.off("msg:custom", hear);
  }

  /** The model of this id; rejects if the kernel has none. */
  getModel(id: string): Promise<HostedModel> {
    const known = this.#models.get(id);
    if (known) return known;
    const made = this.ask(id).then((state) => new HostedModel(id, this.host, state as State));
    this.#models.set(id, made);
    made.catch(() => this.#models.delete(id)); // it may be there later
    return made;
  }

  close(): void {
    this.#stop();
    this.#models.clear();
  }

  #hear(message: unknown): void {
    if (!isObject(message) || message.type !== "hosted" || !isObject(message.data)) return;
    const { id, data } = message as { id: string; data: Record<string, unknown> };
    if (data.method === "open") {
      this.#models.set(id, Promise.resolve(new HostedModel(id, this.host, data.state as State)));
    } else if (data.method === "close") this.#models.delete(id);
    else
      this.#models.get(id)?.then(
        (model) => model.receiveMessage(data),
        () => undefined,
      );
  }
}
