// The frame around a table of runs: its height is fixed from the first moment, and its keys are its own.

import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import { useHeight } from "../hooks/height";
import { hasModifier, isTextField, useKeysKeptFromNotebook } from "../hooks/shortcuts";
import { HiddenRecord } from "./HiddenRecord";
import { ResizeHandle } from "./ResizeHandle";
import "./TableFrame.css";

const HEIGHT = { usual: 320, min: 160, max: 1600 };

interface Props {
  /** Its height is remembered for others of this kind. */
  readonly kind: "batch" | "history";
  readonly label: string;
  /** Closes what is open below; null while nothing is. */
  readonly onEscape: (() => void) | null;
  readonly children: ComponentChildren;
}

export function TableFrame({ kind, label, onEscape, children }: Props): JSX.Element {
  const root = useRef<HTMLElement>(null);
  const [height, resize] = useHeight(`${kind}-height`, HEIGHT);
  useKeysKeptFromNotebook(root);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || hasModifier(event) || isTextField(event.target)) return;
    if (event.key === "Escape") onEscape?.();
    else if (event.key === "/") {
      event.preventDefault();
      root.current?.querySelector<HTMLElement>(".lgj-search input")?.focus();
    }
  };
  return (
    <section
      class="lgj-root lgj-table-frame"
      aria-label={label}
      style={{ height: `${height}px` }}
      ref={root}
      tabIndex={-1} // so that a click anywhere in it brings its keys here
      onKeyDown={onKeyDown}
    >
      <HiddenRecord />
      {children}
      <ResizeHandle height={height} onHeight={resize} min={HEIGHT.min} max={HEIGHT.max} />
    </section>
  );
}

/** Why the kernel did not do what was requested. */
export function RefusalNotice({ why }: { why: string | null }): JSX.Element | null {
  if (!why) return null;
  return (
    <p class="lgj-notice lgj-tone-bad" role="alert">
      {why}
    </p>
  );
}
