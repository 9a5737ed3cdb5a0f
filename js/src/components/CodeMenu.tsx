import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useView } from "../context";
import { useReachable, useStore } from "../hooks";
import type { Language } from "../wire";
import { CopyButton } from "./CopyButton";
import { Icon } from "./Icon";

const NAMES: Record<Language, string> = { python: "Python", javascript: "JavaScript", curl: "cURL" };

/** Copies the code that asks for the same run: the kernel writes it, without secrets. */
export function CodeMenu(): JSX.Element | null {
  const languages = useStore(["summary"], ({ summary }) => summary.languages);
  const reachable = useReachable();
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
  if (!reachable || languages.length === 0) return null;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div class="lgj-select lgj-code-menu" role="group" aria-label="Code" ref={root} onKeyDown={onKeyDown}>
      <button
        type="button"
        class="lgj-button"
        title="Copy the code of this run"
        aria-haspopup="true"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        ref={button}
      >
        Code
        <Icon name="down" />
      </button>
      {open ? (
        <div class="lgj-menu">
          {languages.map((language) => (
            <Copy key={language} language={language} />
          ))}
        </div>
      ) : null}
    </div>
  );
}

function Copy({ language }: { language: Language }): JSX.Element {
  const { call } = useView();
  const [problem, setProblem] = useState<string | null>(null);
  const fetched = async () => {
    try {
      const { text } = await call("code", { language });
      setProblem(null);
      return text;
    } catch (error) {
      setProblem((error as Error).message);
      throw error;
    }
  };
  return (
    <div class="lgj-option">
      {NAMES[language]}
      <CopyButton text={fetched} label={`Copy the code in ${NAMES[language]}`} />
      {problem ? (
        <span class="lgj-problem" role="alert">
          {problem}
        </span>
      ) : null}
    </div>
  );
}
