// The form: what runs and where, the input as fields, as JSON, or as a chat; Run and Stop; the line of Python.
// The panels of the newest run stand under it, as a widget of their own.

import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { HiddenRecord } from "../../components/HiddenRecord";
import { Icon } from "../../components/Icon";
import { Notices } from "../../components/Notices";
import { Problem } from "../../components/Problem";
import { StatusBadge } from "../../components/StatusBadge";
import { isFinal } from "../../core/schema";
import { JsonField } from "../../form/JsonField";
import { SchemaForm } from "../../form/SchemaForm";
import { useView } from "../../hooks/context";
import { useKeptKeys } from "../../hooks/shortcuts";
import { useReachable } from "../../hooks/store";
import { Code } from "./Code";
import { Composer } from "./Composer";
import { Conversation } from "./Conversation";
import { asked, type Checked, check } from "./check";
import { inputOf, type Way } from "./drafts";
import { Picker } from "./Picker";
import type { Description } from "./protocol";
import { useForm, useFormSummary } from "./useForm";
import "../../components/header.css";
import "./app.css";

const SLOW = 60_000; // milliseconds for what a server is asked

export function FormApp(): JSX.Element {
  const { call, store } = useView();
  const { drafts, held } = useForm();
  const root = useRef<HTMLElement>(null);
  const { description, problem } = held;
  useKeptKeys(root);
  const describe = (assistant: string | null) =>
    call("describe", { assistant }, SLOW).then(
      (told) => {
        if (drafts.held.assistant === assistant) drafts.describe(told); // else another was picked meanwhile
      },
      (error: Error) => {
        if (drafts.held.assistant === assistant) drafts.set({ problem: error.message });
      },
    );
  useEffect(() => {
    if (!drafts.held.description) describe(null);
  }, []);
  const pick = (assistant: string) => {
    drafts.set({ assistant });
    describe(assistant);
  };
  return (
    <section
      class="lgj-root lgj-app"
      aria-label={`LangGraph form of ${store.summary.target || "a graph"}`}
      ref={root}
      tabIndex={-1} // so that a click anywhere in it brings its keys here
    >
      <HiddenRecord />
      <Bar description={description} onAssistant={pick} />
      <Notices />
      {problem ? (
        <p class="lgj-notice lgj-tone-bad" role="alert">
          <Icon name="cross" />
          <span>{problem}</span>
          <button type="button" class="lgj-button" onClick={() => describe(held.assistant)}>
            Try again
          </button>
        </p>
      ) : null}
      {description ? (
        <Body description={description} />
      ) : problem ? null : (
        <p class="lgj-app-wait">Reading what the graph takes…</p>
      )}
    </section>
  );
}

interface BarProps {
  readonly description: Description | null;
  readonly onAssistant: (assistant: string) => void;
}

/** What runs, by which assistant, on which thread; and how its input is written. */
function Bar({ description, onAssistant }: BarProps): JSX.Element {
  const { call } = useView();
  const { drafts, held } = useForm();
  const target = useFormSummary((summary) => summary.target);
  const thread = useFormSummary((summary) => summary.thread);
  const busy = useBusy();
  const [problem, setProblem] = useState<string | null>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const pickThread = (id: string) =>
    call("thread", { thread_id: id || null }, SLOW).then(
      () => setProblem(null),
      (error: Error) => setProblem(error.message),
    );
  const isServer = description?.kind === "server";
  const loadAssistants = () =>
    call("assistants", {}, SLOW).then((found) => {
      setNames(new Map(found.map(({ value, label }) => [value, label])));
      return found;
    });
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  return (
    <header class="lgj-header lgj-app-bar">
      <span class="lgj-target">{target}</span>
      {isServer ? (
        <Picker
          label="Assistant"
          shown={picked ?? description.assistant}
          load={loadAssistants}
          disabled={busy}
          onPick={(id) => {
            setPicked(names.get(id) ?? id);
            onAssistant(id);
          }}
        />
      ) : null}
      {description?.remembers ? (
        <Picker
          label="Thread"
          shown={thread === null ? "new" : short(thread)}
          title={thread ?? "Each run gets a thread of its own; a chat goes on in its first"}
          load={() => call("threads", {}, SLOW)}
          none="A new thread"
          open
          disabled={busy}
          onPick={pickThread}
        />
      ) : null}
      {description?.chat && !description.remembers ? (
        <button
          type="button"
          class="lgj-button"
          title="The graph has no checkpointer: each message is sent with all that was said before it"
          disabled={busy}
          onClick={() => pickThread("")}
        >
          New conversation
        </button>
      ) : null}
      <Problem text={problem} />
      <span class="lgj-app-space" />
      {description ? (
        <Ways chat={description.chat} way={held.way} onWay={(way) => drafts.set({ way })} />
      ) : null}
    </header>
  );
}

function short(id: string): string {
  return id.length > 12 ? `${id.slice(0, 8)}…` : id;
}

const WAYS: readonly { way: Way; word: string }[] = [
  { way: "chat", word: "Chat" },
  { way: "form", word: "Form" },
  { way: "json", word: "JSON" },
];

function Ways({ chat, way, onWay }: { chat: boolean; way: Way; onWay: (way: Way) => void }): JSX.Element {
  return (
    <div class="lgj-ways" role="group" aria-label="How the input is written">
      {WAYS.filter((each) => chat || each.way !== "chat").map((each) => (
        <button
          key={each.way}
          type="button"
          class={`lgj-tool ${each.way === way ? "lgj-tool-on" : ""}`}
          aria-pressed={each.way === way}
          onClick={() => onWay(each.way)}
        >
          {each.word}
        </button>
      ))}
    </div>
  );
}

const UNCHECKED: Checked = { input: [], config: [], context: [], isFine: true };

function Body({ description }: { description: Description }): JSX.Element {
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
    if (held.way === "chat" && held.said.trim() === "") return;
    setChecked(false);
    const given = asked(held);
    if (held.way === "chat") drafts.set({ said: "" });
    call("start", given, SLOW).catch((error: Error) => {
      if (given.said !== null) drafts.set({ said: given.said });
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
      {held.way === "chat" ? (
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
        chat={held.way === "chat"}
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

interface PartProps {
  readonly description: Description;
  readonly errors: Checked;
}

function Fields({ description, errors }: PartProps): JSX.Element {
  const { drafts, held } = useForm();
  const schema = useMemo(() => inputOf(description, held.way), [description, held.way]);
  const put = (input: typeof held.input) => drafts.set({ input });
  return (
    <div class="lgj-app-fields">
      {held.way === "json" ? (
        <>
          <JsonField label="Input" value={held.input} onChange={put} invalid={errors.input.length > 0} />
          {errors.input.map((each) => (
            <p key={each.path + each.text} class="lgj-problem" role="alert">
              {each.path} {each.text}
            </p>
          ))}
        </>
      ) : (
        <SchemaForm schema={schema} value={held.input} onChange={put} errors={errors.input} label="input" />
      )}
    </div>
  );
}

function Chat(props: PartProps & { disabled: boolean; onSend: () => void }): JSX.Element {
  const { description, errors } = props;
  const schema = useMemo(() => inputOf(description, "chat"), [description]);
  const hasMore = Object.keys((schema.properties ?? {}) as object).length > 0;
  return (
    <>
      <Conversation />
      {hasMore ? (
        <details class="lgj-app-more" open={errors.input.length > 0}>
          <summary>More input</summary>
          <Fields description={description} errors={errors} />
        </details>
      ) : null}
      <Composer disabled={props.disabled} onSend={props.onSend} />
    </>
  );
}

/** What few runs need: context and config. */
function More({ description, errors }: PartProps): JSX.Element {
  const { drafts, held } = useForm();
  const needed = description.context !== null && Array.isArray(description.context.required);
  const wrong = errors.context.length + errors.config.length > 0;
  return (
    <details class="lgj-app-more" open={needed || wrong}>
      <summary>{description.context ? "Context and config" : "Config"}</summary>
      {description.context ? (
        <SchemaForm
          schema={description.context}
          value={held.context}
          onChange={(context) => drafts.set({ context })}
          errors={errors.context}
          label="context"
        />
      ) : null}
      {description.context ? <h4 class="lgj-app-title">Config</h4> : null}
      <SchemaForm
        schema={description.config}
        value={held.config}
        onChange={(config) => drafts.set({ config })}
        errors={errors.config}
        label="config"
      />
    </details>
  );
}

interface FootProps {
  readonly chat: boolean;
  readonly wrong: number;
  readonly disabled: boolean;
  readonly onStart: () => void;
  readonly code: boolean;
  readonly onCode: (shown: boolean) => void;
}

function Foot({ chat, wrong, disabled, onStart, code, onCode }: FootProps): JSX.Element {
  const { call } = useView();
  const { drafts } = useForm();
  const run = useFormSummary((summary) => summary.run);
  const panels = useFormSummary((summary) => summary.panels);
  const earlier = useFormSummary((summary) => summary.earlier);
  const busy = useBusy();
  const [problem, setProblem] = useState<string | null>(null);
  const tell = (error: Error) => setProblem(error.message);
  const recall = async () =>
    earlier.map(({ title }, index) => ({ value: String(index), label: title, detail: "" })).reverse();
  return (
    <footer class="lgj-app-foot">
      <button
        type="button"
        class="lgj-button lgj-go"
        title={chat ? "Enter" : "Ctrl+Enter"}
        disabled={disabled}
        onClick={onStart}
      >
        <Icon name="right" />
        {chat ? "Send" : "Run"}
      </button>
      {busy ? (
        <button
          type="button"
          class="lgj-button lgj-stop"
          title="Stop the run; what was received is kept"
          onClick={() => call("cancel", {}).catch(tell)}
        >
          <Icon name="stop" />
          Stop
        </button>
      ) : null}
      {run && !panels ? <StatusBadge status={run.status} /> : null}
      {run?.error && !panels && !chat ? (
        <span class="lgj-problem" role="alert">
          {run.error}
        </span>
      ) : null}
      {wrong > 0 ? (
        <span class="lgj-problem" role="status">
          {wrong === 1 ? "One field is" : `${wrong} fields are`} to be corrected.
        </span>
      ) : null}
      <Problem text={problem} />
      <span class="lgj-app-space" />
      {earlier.length > 0 ? (
        <Picker
          label="Earlier"
          shown={null}
          title="Bring back an input that was given before"
          load={recall}
          onPick={(index) =>
            call("earlier", { index: Number(index) }).then((given) => drafts.fill(given), tell)
          }
        />
      ) : null}
      <button
        type="button"
        class={`lgj-tool ${code ? "lgj-tool-on" : ""}`}
        aria-pressed={code}
        onClick={() => onCode(!code)}
      >
        Python
      </button>
      {run ? (
        <button
          type="button"
          class={`lgj-tool ${panels ? "lgj-tool-on" : ""}`}
          aria-pressed={panels}
          title={panels ? "Put the run's panels away" : "Show the run's panels"}
          onClick={() => call("panels", { shown: !panels }).catch(tell)}
        >
          Panels
        </button>
      ) : null}
    </footer>
  );
}

/** Whether a run goes on. */
function useBusy(): boolean {
  return useFormSummary(({ run }) => run !== null && run !== undefined && !isFinal(run.status));
}
