import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { FormattedText } from "../../components/FormattedText";
import { StreamText } from "../../components/StreamText";
import { TextValue } from "../../components/TextValue";
import { isFinal } from "../../core/schema";
import { useView, type View, ViewContext } from "../../hooks/context";
import { useHostedWidgets } from "../../hooks/hosted";
import { useTable } from "../../hooks/store";
import { type Visibility, watchVisibility } from "../visibility";
import { type OwnView, makeView } from "../widget";
import { CHAT } from "../../texts/app";
import { AttachmentPreviews } from "../../form/AttachmentPreviews";
import type { ChatMessage, RunFacts } from "./protocol";
import { useFormView, useFormSummary } from "./useForm";
import "./Conversation.css";

const NEAR = 60; // pixels from the end within which a reader follows it

/** The messages on the thread so far, and those that stream. */
export function Conversation(): JSX.Element {
  const newest = useFormSummary((summary) => summary.run);
  const run = newest?.here ? newest : null;
  const { messages, problem, isOld } = useMessages();
  const list = useRef<HTMLDivElement>(null);
  useAutoScroll(list);
  const known = new Set(messages.map(({ id }) => id));
  return (
    <div class="lgj-chat" role="log" aria-label={CHAT.name} ref={list}>
      <div class="lgj-chat-inner">
        {messages.length === 0 && !run ? (
          <p class="lgj-empty">{CHAT.empty}</p>
        ) : (
          messages.map((each, nth) => <MessageLine key={each.id ?? `at ${nth}`} message={each} />)
        )}
        {problem ? <p class="lgj-problem">{problem}</p> : null}
        {run && (isOld || run.status !== "success") ? <LiveRun run={run} known={known} /> : null}
        {run ? <TurnOutcome run={run} /> : null}
      </div>
    </div>
  );
}

/** The messages as the thread's state has them, fetched at each change. */
function useMessages(): { messages: readonly ChatMessage[]; problem: string | null; isOld: boolean } {
  const { call } = useView();
  const turn = useFormSummary((summary) => summary.turn);
  const [loaded, setLoaded] = useState<{ turn: number; messages: readonly ChatMessage[] }>({
    turn: 0,
    messages: [],
  });
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let isHere = true;
    call("conversation", {}).then(
      (news) => {
        if (!isHere) return;
        setLoaded(news);
        setProblem(null);
      },
      (error: Error) => isHere && setProblem(error.message),
    );
    return () => {
      isHere = false;
    };
  }, [turn]);
  return { messages: loaded.messages, problem, isOld: loaded.turn < turn };
}

/** Follows the end of a list as it grows, while the reader is there. */
function useAutoScroll(list: { readonly current: HTMLElement | null }): void {
  useLayoutEffect(() => {
    const box = list.current;
    if (!box || typeof ResizeObserver === "undefined") return;
    let follows = true;
    const look = () => {
      follows = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    };
    const observer = new ResizeObserver(() => {
      if (follows) box.scrollTop = box.scrollHeight;
    });
    box.addEventListener("scroll", look, { passive: true });
    observer.observe(box.firstElementChild as Element);
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", look);
    };
  }, []);
}

function MessageLine({ message }: { message: ChatMessage }): JSX.Element | null {
  if (message.role === "human") {
    return (
      <article class="lgj-chat-message lgj-chat-human" aria-label={CHAT.you}>
        {message.text ? <div class="lgj-text">{message.text}</div> : null}
        <AttachmentPreviews blocks={message.blocks} />
      </article>
    );
  }
  if (message.role === "tool") {
    return (
      <details class="lgj-chat-message lgj-chat-tool">
        <summary>
          <Icon name="return" />
          <span class="lgj-clip">
            <b>{message.name ?? CHAT.tool}</b> {message.text}
          </span>
        </summary>
        <TextValue text={message.text} />
      </details>
    );
  }
  if (message.role === "aside") {
    return (
      <p class="lgj-chat-note lgj-tone-bad">
        <Icon name="cross" />
        <span>{message.text}</span>
      </p>
    );
  }
  return (
    <article class={`lgj-chat-message lgj-chat-${message.role}`} aria-label={message.name ?? message.role}>
      {message.role === "ai" && !message.name ? null : (
        <b class="lgj-chat-who">{message.name ?? message.role}</b>
      )}
      {message.text ? <FormattedText text={message.text} /> : null}
      <AttachmentPreviews blocks={message.blocks} />
      {message.tool_calls.map((each, nth) => (
        <p key={nth} class="lgj-chat-call">
          <Icon name="tool" /> <b>{each.name}</b> <code class="lgj-clip">{each.args}</code>
        </p>
      ))}
    </article>
  );
}

/** What the run's models say while it goes on, read off the line of its own view: nothing travels twice. */
function LiveRun({ run, known }: { run: RunFacts; known: ReadonlySet<string | null> }): JSX.Element | null {
  const { host } = useFormView();
  const hosted = useHostedWidgets();
  const [view, setView] = useState<View | null>(null);
  useEffect(() => {
    let made: OwnView | null = null;
    let visibility: Visibility | null = null;
    let isHere = true;
    if (run.model) {
      hosted.model(run.model).then(
        (found) => {
          if (!isHere) return;
          made = makeView({ ...host, model: found, early: [] });
          visibility = watchVisibility(made.store, made.call);
          visibility.add(document.documentElement);
          setView(made);
        },
        () => undefined, // the panels below tell the same
      );
    }
    return () => {
      isHere = false;
      visibility?.close();
      made?.close();
      setView(null);
    };
  }, [run.model]);
  if (!view) return null;
  return (
    <ViewContext.Provider value={view}>
      <LiveMessages known={known} />
    </ViewContext.Provider>
  );
}

function LiveMessages({ known }: { known: ReadonlySet<string | null> }): JSX.Element {
  const { rows } = useTable("messages");
  const shown = rows.filter(({ role, message_id }) => role === "ai" && !known.has(message_id));
  return (
    <>
      {shown.map((row) => (
        <article key={row.message_id} class="lgj-chat-message lgj-chat-ai" aria-label={CHAT.ai}>
          {row.namespace ? <b class="lgj-chat-who">{row.speaker}</b> : null}
          <StreamText messageId={row.message_id} kind="text" live={row.end_time === null} />
        </article>
      ))}
    </>
  );
}

/** How the turn goes or went, where there is something to say of it. */
function TurnOutcome({ run }: { run: RunFacts }): JSX.Element | null {
  if (!isFinal(run.status)) {
    return (
      <p class="lgj-chat-note" role="status">
        <Icon name="spinner" class="lgj-spin" /> {CHAT.thinking}
      </p>
    );
  }
  const text = OUTCOMES[run.status]?.(run);
  if (!text) return null;
  return (
    <p
      class={`lgj-chat-note ${run.status === "error" ? "lgj-tone-bad" : "lgj-tone-warn"}`}
      role={run.status === "error" ? "alert" : "status"}
    >
      <Icon name={run.status === "error" ? "cross" : run.status === "interrupted" ? "pause" : "info"} />
      <span>{text}</span>
    </p>
  );
}

const OUTCOMES: Readonly<Record<string, (run: RunFacts) => string>> = {
  error: ({ error }) => error ?? CHAT.failed,
  cancelled: ({ note }) => note ?? CHAT.stopped,
  incomplete: ({ note }) => note ?? CHAT.incomplete,
  interrupted: ({ asks }) => (asks > 0 ? CHAT.explain.asks : CHAT.explain.breakpoint),
};
