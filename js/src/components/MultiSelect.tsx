import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { counted } from "../format";
import { Icon } from "./Icon";

interface Props {
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly chosen: readonly string[];
  readonly onChoose: (chosen: readonly string[]) => void;
}

/** A button that opens a list of check boxes. Nothing chosen means: no narrowing. */
export function MultiSelect({ label, options, chosen, onChoose }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };
  const toggle = (value: string) =>
    onChoose(chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value]);
  const names = chosen.map((value) => options.find((option) => option.value === value)?.label ?? value);
  return (
    <div class="lgj-select" role="group" aria-label={label} ref={root} onKeyDown={onKeyDown}>
      <button
        type="button"
        class={`lgj-button ${chosen.length > 0 ? "lgj-chosen" : ""}`}
        aria-haspopup="true"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        ref={button}
      >
        {label}
        {chosen.length > 0
          ? `: ${chosen.length === 1 ? names[0] : counted(chosen.length, "chosen", "chosen")}`
          : ""}
        <Icon name="down" />
      </button>
      {open ? (
        <div class="lgj-menu">
          {options.map((option) => (
            <label key={option.value} class="lgj-option">
              <input
                type="checkbox"
                checked={chosen.includes(option.value)}
                onChange={() => toggle(option.value)}
              />
              {option.label}
            </label>
          ))}
          {options.length === 0 ? <span class="lgj-muted">None yet</span> : null}
        </div>
      ) : null}
    </div>
  );
}
