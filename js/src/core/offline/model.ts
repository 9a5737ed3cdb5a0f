// A stand-in for anywidget's model, of a view that was saved: a kernel that knows only what was kept.

import type { Model } from "../connection/model";
import { SavedAnswers } from "./answers";
import type { ViewData } from "./data";

type Listener = (...args: unknown[]) => void;

interface Sent {
  readonly type: string;
  readonly id: string;
  readonly method: string;
  readonly params?: unknown;
}

export class SavedModel implements Model {
  readonly saved: { readonly omitted: string | null };
  readonly #answers: SavedAnswers;
  readonly #listeners = new Map<string, Set<Listener>>();

  /** `more` answers calls that the data do not; it gives undefined for those that it does not know. */
  constructor(
    private readonly data: ViewData,
    private readonly more: (method: string, params: unknown) => boolean = () => false,
  ) {
    this.saved = { omitted: data.omitted };
    this.#answers = new SavedAnswers(data);
  }

  get(name: string): unknown {
    return this.data.traits[name];
  }

  on(name: string, callback: (...args: never[]) => void): void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(callback as Listener));
  }

  off(name: string, callback: (...args: never[]) => void): void {
    this.#listeners.get(name)?.delete(callback as Listener);
  }

  send(content: unknown): void {
    const sent = content as Sent;
    if (sent.type === "snapshot") setTimeout(() => this.deliverMessage(this.data.snapshot));
    else if (sent.type === "call") this.#reply(sent);
  }

  /** Has the view hear a message, as of a kernel. */
  deliverMessage(message: unknown): void {
    for (const listener of [...(this.#listeners.get("msg:custom") ?? [])]) listener(message, []);
  }

  async #reply({ id, method, params }: Sent): Promise<void> {
    try {
      const result = this.more(method, params) ? true : await this.#answers.answerCall(method, params);
      this.deliverMessage({ type: "reply", id, result });
    } catch (error) {
      this.deliverMessage({ type: "reply", id, error: (error as Error).message });
    }
  }
}
