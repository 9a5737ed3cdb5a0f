import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { DropDown } from "../../components/DropDown";
import { PICKER } from "../../texts/app";
import type { Choice } from "./protocol";

interface Props {
  readonly label: string;
  /** What is chosen, in words. */
  readonly shown: string | null;
  readonly load: () => Promise<readonly Choice[]>;
  readonly onPick: (value: string) => void;
  /** The choice of none, in words; it picks "". */
  readonly none?: string;
  /** Whether what is in no list can be typed. */
  readonly open?: boolean;
  readonly disabled?: boolean;
  readonly title?: string;
}

type Loaded =
  | { state: "loading" }
  | { state: "loaded"; choices: readonly Choice[] }
  | { state: "failed"; why: string };

/** A button that opens a list, which is fetched from the kernel each time. */
export function ListPicker(props: Props): JSX.Element {
  const { label, shown, disabled, title, onPick } = props;
  return (
    <DropDown
      label={label}
      shown={`${label}${shown === null ? "" : `: ${shown}`}`}
      disabled={disabled}
      title={title}
    >
      {(close) => (
        <Menu
          {...props}
          onPick={(value) => {
            close();
            onPick(value);
          }}
        />
      )}
    </DropDown>
  );
}

function Menu({ label, load, onPick, none, open }: Props): JSX.Element {
  const [loaded, setLoaded] = useState<Loaded>({ state: "loading" });
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    let isHere = true;
    load().then(
      (choices) => isHere && setLoaded({ state: "loaded", choices }),
      (error: Error) => isHere && setLoaded({ state: "failed", why: error.message }),
    );
    return () => {
      isHere = false;
    };
  }, []);
  const choices = loaded.state === "loaded" ? loaded.choices : [];
  const wanted = text.trim().toLowerCase();
  const fitting = choices.filter(({ label: each, detail }) =>
    `${each} ${detail}`.toLowerCase().includes(wanted),
  );
  const hasField = open || choices.length > 10;
  // As soon as it is there, before the next key; whoever went on to a choice meanwhile stays there.
  useLayoutEffect(() => {
    const menu = field.current?.parentElement;
    if (!menu?.querySelector(":focus")) field.current?.focus();
  }, [hasField]);
  const isNew = open && text.trim() !== "" && !choices.some(({ value }) => value === text.trim());
  return (
    <div class="lgj-menu lgj-picker">
      {hasField ? (
        <input
          type="text"
          class="lgj-menu-search"
          aria-label={open ? PICKER.findOrType(label) : PICKER.find}
          placeholder={open ? PICKER.findOrTypeField : PICKER.findField}
          value={text}
          ref={field}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && text.trim() !== "") onPick(fitting[0]?.value ?? text.trim());
          }}
        />
      ) : null}
      {none && wanted === "" ? <Option label={none} detail="" onPick={() => onPick("")} /> : null}
      {fitting.slice(0, 100).map((each) => (
        <Option key={each.value} label={each.label} detail={each.detail} onPick={() => onPick(each.value)} />
      ))}
      {isNew ? (
        <Option label={text.trim()} detail={PICKER.asTyped} onPick={() => onPick(text.trim())} />
      ) : null}
      {loaded.state === "loading" ? <span class="lgj-muted lgj-option">{PICKER.loading}</span> : null}
      {loaded.state === "failed" ? (
        <span class="lgj-problem" role="alert">
          {loaded.why}
        </span>
      ) : null}
      {loaded.state === "loaded" && choices.length === 0 && !none ? (
        <span class="lgj-muted lgj-option">{PICKER.none}</span>
      ) : null}
    </div>
  );
}

function Option(props: { label: string; detail: string; onPick: () => void }): JSX.Element {
  return (
    <button type="button" class="lgj-option" onClick={props.onPick}>
      <span class="lgj-clip">{props.label}</span>
      {props.detail ? <span class="lgj-muted">{props.detail}</span> : null}
    </button>
  );
}
