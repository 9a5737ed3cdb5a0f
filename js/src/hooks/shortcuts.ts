// The notebook's shortcuts and this frame. While focus is in here, a bare key belongs to the frame: "d d" on
// a tab must not delete the cell. With Control or Command held it is the notebook's, so that saving works.

import { useLayoutEffect } from "preact/hooks";

/** JupyterLab looks for this attribute before it takes a key, and does so before any listener of ours. */
const SUPPRESS = "data-lm-suppress-shortcuts";

/** Keeps keys from the notebook while the frame is on the page. */
export function useKeysKeptFromNotebook(frame: { readonly current: HTMLElement | null }): void {
  useLayoutEffect(() => {
    const stop = new AbortController();
    if (frame.current) keepKeysFromNotebook(frame.current, stop.signal);
    return () => stop.abort();
  }, [frame]);
}

function keepKeysFromNotebook(root: HTMLElement, signal: AbortSignal): void {
  const keep = () => root.setAttribute(SUPPRESS, "true");
  const stopBare = (event: KeyboardEvent) => {
    if (!isCommand(event)) event.stopPropagation();
  };
  keep();
  root.addEventListener("focusout", keep, { signal });
  root.addEventListener("keyup", keep, { signal });
  root.addEventListener(
    "keydown",
    (event) => {
      if (isCommand(event) && !isTextField(event.target)) root.removeAttribute(SUPPRESS);
    },
    { signal },
  );
  for (const name of ["keydown", "keypress", "keyup"] as const) {
    root.addEventListener(name, stopBare, { signal });
  }
}

function isCommand(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.key === "Control" || event.key === "Meta";
}

/** Whether a key is held with which another one is a command. */
export function hasModifier({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey;
}

/** Whether keys typed here are text. */
export function isTextField(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input, textarea, select, [contenteditable]");
}
