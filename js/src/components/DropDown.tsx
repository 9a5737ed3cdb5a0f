import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./Icon";
import "./DropDown.css";

interface Props {
  /** What it is, for who cannot see it. */
  readonly label: string;
  /** What stands on the button. */
  readonly shown: ComponentChildren;
  readonly class?: string;
  readonly chosen?: boolean;
  readonly disabled?: boolean | undefined;
  readonly title?: string | undefined;
  /** What is opened; `close` closes it and gives focus back. */
  readonly children: (close: () => void) => ComponentChildren;
}

/** A button that opens something below, until Escape or a click elsewhere. */
export function DropDown(props: Props): JSX.Element {
  const { label, shown, chosen = false, disabled = false, title, children } = props;
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const outside = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [isOpen]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !isOpen) return;
    event.stopPropagation();
    close();
  };
  return (
    <div
      class={`lgj-select ${props.class ?? ""}`}
      role="group"
      aria-label={label}
      ref={root}
      onKeyDown={onKeyDown}
    >
      <button
        type="button"
        class={`lgj-button ${chosen ? "lgj-chosen" : ""}`}
        title={title}
        aria-haspopup="true"
        aria-expanded={isOpen}
        disabled={disabled}
        onClick={() => setOpen(!isOpen)}
        ref={button}
      >
        <span class="lgj-clip">{shown}</span>
        <Icon name="down" />
      </button>
      {isOpen ? children(close) : null}
    </div>
  );
}
