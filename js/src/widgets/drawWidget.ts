// What every widget is drawn and gets its modules with.

import { type ComponentChildren, render } from "preact";
import type { Call } from "../core/connection/methods";
import type { Host } from "../core/host";
import type { LoadModule } from "../core/modules";
import { attachStyles } from "../core/styles";
import { keepFromTypesetting } from "../core/typesetting";

const FOREVER = 2 ** 31 - 1; // milliseconds: a module is worth waiting for until the cell that blocks the kernel ends

/** How a view gets modules: the kernel is called over its own line. */
export function moduleLoaderOver({ load }: Host, call: Call): LoadModule {
  return (name) => load(name, (wanted) => call("module", wanted, FOREVER));
}

/** Draws a widget's tree into an element of the page; gives back how to take it away. */
export function drawWidget(el: HTMLElement, { release }: Host, tree: ComponentChildren): () => void {
  const detachStyles = attachStyles(el, release);
  keepFromTypesetting(el);
  render(tree, el);
  return () => {
    render(null, el);
    detachStyles();
  };
}
