import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { useView } from "../../hooks/context";
import { useReachable } from "../../hooks/store";
import { Code } from "./Code";
import { Chat, Fields, More } from "./Fields";
import { Foot } from "./Foot";
import type { Description } from "./protocol";
import { type Checked, check, requestOf } from "./request";
import { SLOW } from "./timeouts";
import { useBusy, useForm } from "./useForm";

const UNCHECKED: Checked = { input: [], config: [], context: [], isFine: true };

/** The input, and what is done with it. */
export function Body({ description }: { description: Description }): JSX.Element {
  const { call } = useView();
  const { drafts, held } = useForm();
  const body = useRef<HTMLDivElement>(null);
  const [isChecked, setChecked] = useState(false); // problems are told from the first Run on
  const [refusal, setRefusal] = useState<string | null>(null);
  const [showsCode, showCode] = useState(false);
  const checked = useMemo(() => check(held, description), [held, description]);
  const shown = isChecked ? checked : UNCHECKED;
  const busy = useBusy();
  const reachable = useReachable();
  const start = () => {
    setRefusal(null);
    if (busy || !reachable) return;
    if (!checked.isFine) {
      setChecked(true);
      requestAnimationFrame(() => body.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    if (held.mode === "chat" && held.message.trim() === "") return;
    setChecked(false);
    const given = requestOf(held);
    if (held.mode === "chat") drafts.set({ message: "" });
    call("start", given, SLOW).catch((error: Error) => {
      if (given.said !== null) drafts.set({ message: given.said });
      setRefusal(error.message);
    });
  };
  useRunKey(body, start);
  return (
    <div class="lgj-app-body" ref={body} role="form" aria-label="Input">
      {description.notes.map((note) => (
        <p key={note} class="lgj-notice lgj-tone-quiet" role="note">
          <Icon name="info" />
          <span>{note}</span>
        </p>
      ))}
      {held.mode === "chat" ? (
        <Chat description={description} errors={shown} disabled={busy || !reachable} onSend={start} />
      ) : (
        <Fields description={description} errors={shown} />
      )}
      <More description={description} errors={shown} />
      {refusal ? (
        <p class="lgj-notice lgj-tone-bad" role="alert">
          <Icon name="cross" />
          <span>{refusal}</span>
        </p>
      ) : null}
      <Foot
        chat={held.mode === "chat"}
        wrong={isChecked ? checked.input.length + checked.config.length + checked.context.length : 0}
        disabled={busy || !reachable}
        onStart={start}
        code={showsCode}
        onCode={showCode}
      />
      {showsCode ? <Code held={held} isFine={checked.isFine} /> : null}
    </div>
  );
}

/** Ctrl+Enter runs, wherever focus is in here: heard before the notebook hears it, which would run its cell. */
function useRunKey(inside: { readonly current: HTMLElement | null }, start: () => void): void {
  const latest = useRef(start);
  latest.current = start;
  useEffect(() => {
    const stop = new AbortController();
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      if (!inside.current?.closest(".lgj-app")?.contains(event.target as Node)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      latest.current();
    };
    window.addEventListener("keydown", onKeyDown, { capture: true, signal: stop.signal });
    return () => stop.abort();
  }, []);
}
