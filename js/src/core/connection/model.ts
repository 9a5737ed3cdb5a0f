/** The part of anywidget's model that is used; a test's or a page's stand-in needs no more. */
export interface Model {
  get(name: string): unknown;
  send(content: unknown, callbacks?: unknown): void;
  on(name: string, callback: (...args: never[]) => void): void;
  off(name: string, callback: (...args: never[]) => void): void;
  readonly widget_manager?: unknown;
  /** Of one that has no kernel, but data that were saved: what there was no room for. */
  readonly saved?: { readonly omitted: string | null };
}
