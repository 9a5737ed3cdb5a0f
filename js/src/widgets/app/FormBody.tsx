import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { useView } from "../../hooks/context";
import { useCtrlEnter } from "../../hooks/ctrlEnter";
import { useReachable } from "../../hooks/store";
import { INPUT } from "../../texts/app";
import { PythonCode } from "./PythonCode";
import { ChatFields, InputFields, ContextAndConfigFields } from "./InputFields";
import { ActionBar } from "./ActionBar";
import type { Description } from "./protocol";
import { type CheckedForm, checkForm, startRequestOf } from "./startRequest";
import { SERVER_TIMEOUT } from "./timeouts";
import { useIsRunning, useFormView } from "./useForm";

/** A field that is wrong; of a group of buttons the first. */
const WRONG = "[aria-invalid=true]:not([role=radiogroup]), [role=radiogroup][aria-invalid=true] input";

const UNCHECKED: CheckedForm = { input: [], config: [], context: [], isFine: true };

/** The input, and what is done with it. */
export function FormBody({ description }: { description: Description }): JSX.Element {
  const { call } = useView();
  const { drafts, held } = useFormView();
  const body = useRef<HTMLDivElement>(null);
  const [isChecked, setChecked] = useState(false); // problems are shown from the first Run on
  const [refusals, setRefusals] = useState(0);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [showsCode, showCode] = useState(false);
  const checked = useMemo(() => checkForm(held, description), [held, description]);
  const shown = isChecked ? checked : UNCHECKED;
  const busy = useIsRunning();
  const reachable = useReachable();
  const start = () => {
    setRefusal(null);
    if (busy || !reachable) return;
    if (!checked.isFine) {
      setChecked(true);
      setRefusals(refusals + 1);
      return;
    }
    if (held.mode === "chat" && held.message.trim() === "" && held.attachments.length === 0) return;
    setChecked(false);
    const given = startRequestOf(held);
    drafts.clearSent();
    call("start", given, SERVER_TIMEOUT).catch((error: Error) => {
      const since = drafts.held;
      drafts.set({
        message: [held.message, since.message].filter(Boolean).join("\n"),
        attachments: [...held.attachments, ...since.attachments],
      });
      setRefusal(error.message);
    });
  };
  // Before the next key, which is for the field that is wrong.
  useLayoutEffect(() => {
    if (refusals > 0) body.current?.querySelector<HTMLElement>(WRONG)?.focus();
  }, [refusals]);
  useCtrlEnter(body, start, ".lgj-app");
  return (
    <div class="lgj-app-body" ref={body} role="group" aria-label={INPUT.name}>
      {description.notes.map((note) => (
        <p key={note} class="lgj-notice lgj-tone-quiet" role="note">
          <Icon name="info" />
          <span>{note}</span>
        </p>
      ))}
      {held.mode === "chat" ? (
        <ChatFields description={description} errors={shown} disabled={busy || !reachable} onSend={start} />
      ) : (
        <InputFields description={description} errors={shown} />
      )}
      <ContextAndConfigFields description={description} errors={shown} />
      {refusal ? (
        <p class="lgj-notice lgj-tone-bad" role="alert">
          <Icon name="cross" />
          <span>{refusal}</span>
        </p>
      ) : null}
      <ActionBar
        chat={held.mode === "chat"}
        wrong={isChecked ? checked.input.length + checked.config.length + checked.context.length : 0}
        disabled={busy || !reachable}
        onStart={start}
        code={showsCode}
        onCode={showCode}
      />
      {showsCode ? <PythonCode held={held} isFine={checked.isFine} /> : null}
    </div>
  );
}
