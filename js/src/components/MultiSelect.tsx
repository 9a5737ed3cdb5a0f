import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { counted } from "../format";
import type { Option } from "../options";
import { Icon } from "./Icon";

interface Props {
  readonly label: string;
  readonly options: readonly Option[];
  readonly chosen: readonly string[];
  readonly onChoose: (chosen: readonly string[]) => void;
}

const MANY = 10; // options beyond which they can be searched
const DRAWN = 200; // options drawn at once

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
  const isChosen = ({ values }: Option) => values.every((value) => chosen.includes(value));
  const toggle = (option: Option) => {
    const others = chosen.filter((value) => !option.values.includes(value));
    onChoose(isChosen(option) ? others : [...others, ...option.values]);
  };
  const whole = options.find(
    ({ values }) => values.length === chosen.length && values.every((v) => chosen.includes(v)),
  );
  const what = whole?.label ?? (chosen.length === 1 ? chosen[0] : counted(chosen.length, "chosen", "chosen"));
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
        <span class="lgj-clip">
          {label}
          {chosen.length > 0 ? `: ${what}` : ""}
        </span>
        <Icon name="down" />
      </button>
      {open ? <Menu options={options} isChosen={isChosen} onToggle={toggle} /> : null}
    </div>
  );
}

function Menu(props: {
  options: readonly Option[];
  isChosen: (option: Option) => boolean;
  onToggle: (option: Option) => void;
}): JSX.Element {
  const { options, isChosen, onToggle } = props;
  const [text, setText] = useState("");
  const fitting = options.filter(({ label }) => label.toLowerCase().includes(text.toLowerCase()));
  return (
    <div class="lgj-menu">
      {options.length > MANY ? (
        <input
          type="search"
          class="lgj-menu-search"
          aria-label="Find in the list"
          placeholder="Find"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      ) : null}
      {fitting.slice(0, DRAWN).map((option) => (
        <label key={option.label} class={`lgj-option ${option.inner ? "lgj-option-inner" : ""}`}>
          <input type="checkbox" checked={isChosen(option)} onChange={() => onToggle(option)} />
          {option.label || "(empty)"}
        </label>
      ))}
      {fitting.length > DRAWN ? (
        <span class="lgj-muted">and {counted(fitting.length - DRAWN, "other")}</span>
      ) : null}
      {fitting.length === 0 ? <span class="lgj-muted">{text ? "None has it" : "None yet"}</span> : null}
    </div>
  );
}
