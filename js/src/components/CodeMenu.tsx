import type { JSX } from "preact";
import type { Language } from "../core/connection/methods";
import { useView } from "../hooks/context";
import { useAttempt } from "../hooks/attempt";
import { useReachable, useStore } from "../hooks/store";
import { HEADER } from "../texts/frame";
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
    <DropDown label={HEADER.code} shown={HEADER.code} class="lgj-code-menu" title={HEADER.codeHint}>
      {() => (
        <div class="lgj-menu">
          {languages.map((language) => (
            <CopyCodeButton key={language} language={language} />
          ))}
        </div>
      )}
    </DropDown>
  );
}

function CopyCodeButton({ language }: { language: Language }): JSX.Element {
  const { call } = useView();
  const [problem, report] = useAttempt();
  const fetched = async () => (await report(call("code", { language }))).text;
  return (
    <div class="lgj-option">
      {NAMES[language]}
      <CopyButton text={fetched} label={HEADER.copyCode(NAMES[language])} />
      <Problem text={problem} />
    </div>
  );
}
