import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { CopyButton } from "../../components/CopyButton";
import { useView } from "../../hooks/context";
import { PYTHON } from "../../texts/app";
import type { FormDrafts } from "./formDrafts";
import { startRequestOf } from "./startRequest";

const PAUSE = 250; // milliseconds after the last key

/** The line of Python that does what Run does. */
export function PythonCode({ held, isFine }: { held: FormDrafts["held"]; isFine: boolean }): JSX.Element {
  const { call } = useView();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (!isFine) return;
    let isHere = true;
    const timer = setTimeout(() => {
      (call as (method: "code", params: unknown) => Promise<{ text: string }>)(
        "code",
        startRequestOf(held),
      ).then(
        (code) => {
          if (!isHere) return;
          setText(code.text);
          setProblem(null);
        },
        (error: Error) => isHere && setProblem(error.message),
      );
    }, PAUSE);
    return () => {
      isHere = false;
      clearTimeout(timer);
    };
  }, [held, isFine]);
  return (
    <div class="lgj-app-code" role="group" aria-label={PYTHON.name}>
      {problem ? <p class="lgj-problem">{problem}</p> : null}
      {isFine ? (
        <>
          <pre>
            <code>{text}</code>
          </pre>
          <CopyButton text={() => text} label={PYTHON.copy} />
        </>
      ) : (
        <p class="lgj-muted">{PYTHON.wrong}</p>
      )}
    </div>
  );
}
