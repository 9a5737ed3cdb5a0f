import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Problem } from "../../components/Problem";
import { useView } from "../../hooks/context";
import { APP } from "../../texts/app";
import type { Mode } from "./formDrafts";
import { ListPicker } from "./ListPicker";
import type { Description } from "./protocol";
import { SERVER_TIMEOUT } from "./timeouts";
import { useIsRunning, useFormView, useFormSummary } from "./useForm";
import "../../components/header.css";

interface BarProps {
  readonly description: Description | null;
  readonly onAssistant: (assistant: string) => void;
}

/** What runs, by which assistant, on which thread; and how its input is written. */
export function AppBar({ description, onAssistant }: BarProps): JSX.Element {
  const { call } = useView();
  const { drafts, held } = useFormView();
  const target = useFormSummary((summary) => summary.target);
  const thread = useFormSummary((summary) => summary.thread);
  const busy = useIsRunning();
  const [problem, setProblem] = useState<string | null>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const pickThread = (id: string) =>
    call("thread", { thread_id: id || null }, SERVER_TIMEOUT).then(
      () => setProblem(null),
      (error: Error) => setProblem(error.message),
    );
  const isServer = description?.kind === "server";
  const loadAssistants = () =>
    call("assistants", {}, SERVER_TIMEOUT).then((found) => {
      setNames(new Map(found.map(({ value, label }) => [value, label])));
      return found;
    });
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  return (
    <header class="lgj-header lgj-app-bar">
      <span class="lgj-target">{target}</span>
      {isServer ? (
        <ListPicker
          label={APP.assistant}
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
        <ListPicker
          label={APP.thread}
          shown={thread === null ? APP.newThread : shortId(thread)}
          title={thread ?? APP.explain.threads}
          load={() => call("threads", {}, SERVER_TIMEOUT)}
          none={APP.noThread}
          open
          disabled={busy}
          onPick={pickThread}
        />
      ) : null}
      {description?.chat && !description.remembers ? (
        <button
          type="button"
          class="lgj-button"
          title={APP.explain.noCheckpointer}
          disabled={busy}
          onClick={() => pickThread("")}
        >
          {APP.newConversation}
        </button>
      ) : null}
      <Problem text={problem} />
      <span class="lgj-app-space" />
      {description ? (
        <ModeButtons chat={description.chat} mode={held.mode} onMode={(mode) => drafts.set({ mode })} />
      ) : null}
    </header>
  );
}

function shortId(id: string): string {
  return id.length > 12 ? `${id.slice(0, 8)}…` : id;
}

const MODES: readonly { mode: Mode; word: string }[] = [
  { mode: "chat", word: APP.chat },
  { mode: "form", word: APP.form },
  { mode: "json", word: APP.json },
];

function ModeButtons({
  chat,
  mode,
  onMode,
}: {
  chat: boolean;
  mode: Mode;
  onMode: (mode: Mode) => void;
}): JSX.Element {
  return (
    <div class="lgj-modes" role="group" aria-label={APP.modes}>
      {MODES.filter((each) => chat || each.mode !== "chat").map((each) => (
        <button
          key={each.mode}
          type="button"
          class={`lgj-tool ${each.mode === mode ? "lgj-tool-on" : ""}`}
          aria-pressed={each.mode === mode}
          onClick={() => onMode(each.mode)}
        >
          {each.word}
        </button>
      ))}
    </div>
  );
}
