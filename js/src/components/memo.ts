import { Component, type ComponentType, h, type JSX } from "preact";

/** A component that is drawn anew only when one of its properties is another. */
export function memo<P extends object>(View: ComponentType<P>): (props: P) => JSX.Element {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const before = this.props as Record<string, unknown>;
      const after = next as Record<string, unknown>;
      return Object.keys({ ...before, ...after }).some((name) => !Object.is(before[name], after[name]));
    }

    override render() {
      return h(View, this.props as P);
    }
  }
  return Memo as unknown as (props: P) => JSX.Element;
}
