import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Language } from "../core/connection/methods";
import { useView } from "../hooks/context";
import { useReachable, useStore } from "../hooks/store";
import { CopyButton } from "./CopyButton";
import { DropDown } from "./DropDown";
import { Problem } from "./Problem";

const NAMES: Record<Language, string> = { python: "Python", javascript: "JavaScript", curl: "cURL" };

/** Copies the code that asks for the same run: the kernel writes it, without secrets. */
export function CodeMenu(): JSX.Element | null {
  const languages = useStore(["summary"], ({ summary }) => summary.languages);
  const reachable = useReachable();
  if (!reachable || languages.length === 0) return null;
  return (
    <DropDown label="Code" shown="Code" class="lgj-code-menu" title="Copy the code of this run">
      {() => (
        <div class="lgj-menu">
          {languages.map((language) => (
            <Copy key={language} language={language} />
          ))}
        </div>
      )}
    </DropDown>
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
      <Problem text={problem} />
    </div>
  );
}
