import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { CopyButton } from "../../components/CopyButton";
import { Icon } from "../../components/Icon";
import { FormattedText } from "../../components/FormattedText";
import { NodeMark } from "../../components/NodeName";
import { Problem } from "../../components/Problem";
import { StatusBadge } from "../../components/StatusBadge";
import { StreamText } from "../../components/StreamText";
import { TextValue } from "../../components/TextValue";
import { AutoScroll } from "../../components/autoScroll";
import { SizeWatcher } from "../../components/sizeWatcher";
import { formatByteSize, formatCountWithNoun, formatDuration, formatInteger } from "../../core/format";
import { roleWord } from "../../core/messages";
import type { MessageRow } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useSelectionScope, useSelectActions } from "../../hooks/narrowing";
import { useNamespacePath, useStore } from "../../hooks/store";
import { EditButton, LazyMessageEditor } from "../../steer/EditButton";
import { useInPlaceEdit } from "../../steer/useInPlaceEdit";
import { MESSAGE } from "../../texts/tokens";
import { MessageExtras } from "./MessageExtras";
import {
  type MessageCardData,
  endingOf,
  hasOwnName,
  speedOf,
  usageTextsOf,
  withStreamingCalls,
} from "./data";
import { onPromptKey, PromptButton } from "./PromptButton";
import { ToolCallView } from "./ToolCallView";

const MARKDOWN_MAX = 40_000; // characters: a longer text is shown as it is

/** One message: who speaks, what they think, say and call, and what it cost. */
export function MessageCard({ card }: { card: MessageCardData }): JSX.Element {
  const { row } = card;
  const id = row.message_id;
  const live = row.status === "running";
  const streaming = useStore([`text:${id}`], (store) => [...store.textOf(id).toolCalls.keys()].join(" "));
  const calls = withStreamingCalls(card.calls, streaming ? streaming.split(" ") : []);
  const [raw, setRaw] = useState(false);
  const mark = useView().store.marks.markOf(row.role === "ai" ? row.node : null);
  const { scope } = useSelectionScope();
  const marked =
    scope !== null && (scope.has(row) || card.calls.some(({ result }) => result && scope.has(result)));
  const box = useRef<HTMLElement>(null);
  useCardAutoScroll(box, live);
  const editing = useInPlaceEdit({ kind: "message", id });
  return (
    <article
      ref={box}
      class={`lgj-card lgj-role-${row.role} ${marked ? "lgj-marked" : ""}`}
      style={{ "--lgj-hue": mark.color }}
      tabIndex={-1}
      onKeyDown={onPromptKey}
      aria-current={marked ? "true" : undefined}
      aria-label={MESSAGE.of(row.speaker)}
    >
      <CardHead row={row}>
        <EditButton of={editing} name={MESSAGE.edited(row.speaker)} />
        {row.role === "ai" ? <PromptButton message={id} /> : null}
        {row.role === "ai" && !live ? (
          <button
            type="button"
            class="lgj-quiet-button"
            aria-pressed={raw}
            title={raw ? MESSAGE.markdownHint : MESSAGE.rawHint}
            onClick={() => setRaw(!raw)}
          >
            {raw ? MESSAGE.markdown : MESSAGE.raw}
          </button>
        ) : null}
      </CardHead>
      <Reasoning id={id} live={live} />
      <Problem text={editing.problem} />
      {editing.edit ? (
        <LazyMessageEditor id={id} of={editing} />
      ) : (
        <MessageBody row={row} live={live} raw={raw} waiting={calls.length === 0} />
      )}
      <MessageExtras row={row} />
      {calls.map((call) => (
        <ToolCallView key={call.index} messageId={id} call={call} live={live} />
      ))}
      <MessageFacts row={row} />
    </article>
  );
}

/** Where a card is only so high, the reader sees its newest words, unless they scroll up in it. */
function useCardAutoScroll(box: { readonly current: HTMLElement | null }, live: boolean): void {
  const sizes = useRef<SizeWatcher | null>(null);
  useLayoutEffect(() => {
    if (!live || !box.current) return;
    const card = box.current;
    const stop = new AbortController();
    const tail = new AutoScroll(true, () => undefined);
    tail.watchUser(card, stop.signal);
    sizes.current = new SizeWatcher(() => tail.keepAtEnd(card));
    return () => {
      stop.abort();
      sizes.current?.close();
      sizes.current = null;
    };
  }, [box, live]);
  useLayoutEffect(() => {
    if (box.current) sizes.current?.watchOnly(box.current.children);
  });
}

function CardHead(props: { row: MessageRow; children: ComponentChildren }): JSX.Element {
  const { row } = props;
  const { store } = useView();
  const { toggle } = useSelectActions();
  const name = row.speaker;
  const around = useNamespacePath(row.namespace);
  const where = row.node && row.node !== name ? [...around, row.node] : around;
  const ending = endingOf(row);
  return (
    <div class="lgj-card-head">
      <NodeMark node={row.role === "ai" ? row.node : null} />
      <b class="lgj-speaker">{name}</b>
      {where.length > 0 ? (
        <span class="lgj-path lgj-clip" title={row.namespace || undefined}>
          {where.join(" › ")}
        </span>
      ) : null}
      {hasOwnName(row) ? <span class="lgj-role">{roleWord(row.role)}</span> : null}
      {row.removed_time === null ? null : <span class="lgj-tag">{MESSAGE.removed}</span>}
      <span class="lgj-card-status">
        {ending ? <StatusBadge status={ending.status} aside={ending.word} small /> : null}
      </span>
      <span class="lgj-card-tools">
        <button
          type="button"
          class="lgj-quiet-button"
          title={MESSAGE.selectHint}
          onClick={() => toggle({ kind: "message", id: row.message_id })}
        >
          <Icon name="target" />
          <span class="lgj-sr">{MESSAGE.select}</span>
        </button>
        {props.children}
        <CopyButton text={() => store.textOf(row.message_id).text.toString()} label={MESSAGE.copy} />
      </span>
    </div>
  );
}

function MessageBody(props: {
  row: MessageRow;
  live: boolean;
  raw: boolean;
  waiting: boolean;
}): JSX.Element | null {
  const { row, live, raw, waiting } = props;
  const id = row.message_id;
  const markdown = row.role === "ai" && !live && !raw;
  const size = useStore([`text:${id}`], (store) => {
    const { size } = store.textOf(id).text;
    return live ? Math.min(size, 1) : size;
  });
  const thinks = useStore([`text:${id}`], (from) => from.textOf(id).reasoning.size > 0);
  const { store } = useView();
  if (size === 0 && (!live || !waiting || thinks)) return null;
  if (markdown && size <= MARKDOWN_MAX) return <FormattedText text={store.textOf(id).text.toString()} />;
  if (row.role === "tool" && !live) return <TextValue text={store.textOf(id).text.toString()} />;
  return <StreamText messageId={id} kind="text" live={live && waiting} />;
}

/** Open while it is all there is; folded once the answer begins, unless the reader says otherwise. */
function Reasoning({ id, live }: { id: string; live: boolean }): JSX.Element | null {
  const thinking = useStore([`text:${id}`], (store) => live && store.textOf(id).text.size === 0);
  const size = useStore([`text:${id}`], (store) => {
    const { size } = store.textOf(id).reasoning;
    return live && thinking ? Math.min(size, 1) : size;
  });
  const [chosen, setChosen] = useState<boolean | null>(null);
  if (size === 0) return null;
  const open = chosen ?? thinking;
  return (
    <div class="lgj-reasoning">
      <button type="button" class="lgj-fold" aria-expanded={open} onClick={() => setChosen(!open)}>
        <Icon name={open ? "down" : "right"} />
        <Icon name="thought" />
        {thinking ? MESSAGE.reasons : MESSAGE.reasoning}
        {thinking ? null : <span class="lgj-muted">{formatByteSize(size)}</span>}
      </button>
      {open ? <StreamText messageId={id} kind="reasoning" live={thinking} class="lgj-thought" /> : null}
    </div>
  );
}

function MessageFacts({ row }: { row: MessageRow }): JSX.Element | null {
  if (row.role !== "ai") return null;
  const { firstToken, perSecond } = speedOf(row);
  const facts: [string, string][] = row.model ? [[MESSAGE.model, row.model]] : [];
  const used = usageTextsOf(row);
  if (used) {
    facts.push([...used]);
  } else if (row.end_time !== null && row.chunk_count) {
    facts.push([MESSAGE.chunksHint, formatCountWithNoun(row.chunk_count, MESSAGE.chunk)]);
  }
  if (firstToken !== null)
    facts.push([MESSAGE.firstTokenHint, MESSAGE.firstToken(formatDuration(firstToken))]);
  if (row.latency !== null) facts.push([MESSAGE.latencyHint, MESSAGE.latency(formatDuration(row.latency))]);
  if (perSecond !== null) facts.push([MESSAGE.rateHint, MESSAGE.rate(formatInteger(Math.round(perSecond)))]);
  const tags = Array.isArray(row.tags) ? row.tags.map(String) : [];
  if (facts.length === 0 && tags.length === 0) return null;
  return (
    <footer class="lgj-card-foot">
      {facts.map(([title, text]) => (
        <span key={title} title={title}>
          {text}
        </span>
      ))}
      {tags.map((tag) => (
        <span key={`tag ${tag}`} class="lgj-tag" title={MESSAGE.tagHint}>
          {tag}
        </span>
      ))}
    </footer>
  );
}
