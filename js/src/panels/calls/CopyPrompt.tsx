import type { JSX } from "preact";
import { CopyButton } from "../../components/CopyButton";
import { Problem } from "../../components/Problem";
import { useView } from "../../hooks/context";
import { useAttempt } from "../../hooks/attempt";
import { useNoKernelReason } from "../../hooks/store";
import { COPY } from "../../texts/calls";
import type { PromptForm } from "./protocol";

const FORMS: readonly PromptForm[] = ["json", "openai", "python"];

/** Copies what a model was given, as the kernel writes it. */
export function CopyPrompt({ call: id }: { call: string }): JSX.Element | null {
  const { call } = useView();
  const [problem, report] = useAttempt();
  if (useNoKernelReason() !== null) return null;
  const textIn = async (form: PromptForm) => (await report(call("prompt", { call_id: id, form }))).text;
  return (
    <div class="lgj-copy-prompt lgj-muted">
      {COPY.name}
      {FORMS.map((form) => (
        <span key={form}>
          {COPY.form[form]}
          <CopyButton text={() => textIn(form)} label={COPY.hint[form]} />
        </span>
      ))}
      <Problem text={problem} />
    </div>
  );
}
