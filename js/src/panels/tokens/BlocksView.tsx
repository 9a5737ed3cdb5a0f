import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { ClippedText } from "../../components/ClippedText";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { Problem } from "../../components/Problem";
import { TextValue } from "../../components/TextValue";
import { WebLink } from "../../components/WebLink";
import { previewValue } from "../../core/format";
import type { Json, MessageRow } from "../../core/schema";
import { useCell } from "../../hooks/cell";
import { useView } from "../../hooks/context";
import { type Block, type FileData, describeBlocks } from "../../core/blocks";
import { CONTENT } from "../../texts/tokens";
import { opensInBrowser, openFile } from "./openFile";

const AT_ONCE = 4_000_000; // characters of JSON that are fetched without a click
const LINE = 90; // characters of a call's arguments that stay on its own line

type Of<Kind extends Block["kind"]> = Extract<Block, { kind: Kind }>;

/** The images, sounds, files and other blocks of a message. */
export function BlocksView({ row }: { row: MessageRow }): JSX.Element | null {
  const { store } = useView();
  const cell = useCell(
    row.blocks,
    { table: "messages", key: row.message_id, column: "blocks" },
    (size) => size <= AT_ONCE,
  );
  const blocks = useMemo(() => (cell.state === "loaded" ? describeBlocks(cell.value) : []), [cell]);
  const text = () => store.textOf(row.message_id).text.toString();
  if (cell.state === "loaded") {
    return <div class="lgj-blocks">{blocks.map((block, nth) => renderBlock(block, nth, text))}</div>;
  }
  return (
    <div class="lgj-blocks">
      {cell.state === "failed" ? <p class="lgj-problem">{cell.why}</p> : null}
      <button type="button" class="lgj-button" onClick={cell.fetch} disabled={cell.state === "loading"}>
        {cell.state === "loading" ? CONTENT.loading : CONTENT.load(cell.size)}
      </button>
    </div>
  );
}

function renderBlock(block: Block, key: number, text: () => string): JSX.Element {
  switch (block.kind) {
    case "image":
    case "audio":
    case "video":
      return <MediaFigure key={key} block={block} text={text} />;
    case "file":
      return <FileBlock key={key} block={block} />;
    case "refusal":
      return (
        <p key={key} class="lgj-refusal lgj-tone-warn">
          <Icon name="warning" />
          <span>{block.text || CONTENT.refused}</span>
        </p>
      );
    case "call":
      return <ServerCall key={key} call={block} />;
    case "other":
      return (
        <div key={key} class="lgj-file-other">
          <span class="lgj-tag">{block.label}</span>
          <JsonTree value={block.value} />
        </div>
      );
  }
}

function MediaFigure(props: { block: Of<"image" | "audio" | "video">; text: () => string }): JSX.Element {
  const { kind, src, label, text } = props.block;
  const Player = kind === "audio" ? "audio" : "video";
  return (
    <figure class="lgj-figure-block">
      {kind === "image" ? (
        <img src={src} alt={label} />
      ) : (
        <Player src={src} controls preload="metadata" aria-label={label} />
      )}
      <figcaption>{label}</figcaption>
      {text === null || props.text().includes(text) ? null : <BlockText text={text} />}
    </figure>
  );
}

function FileBlock({ block }: { block: Of<"file"> }): JSX.Element {
  const { label, address, data, text } = block;
  const [problem, setProblem] = useState<string | null>(null);
  const open = (file: FileData) => {
    try {
      openFile(file);
    } catch (error) {
      setProblem(CONTENT.notOpened((error as Error).message));
    }
  };
  return (
    <div class="lgj-file-block">
      <p class="lgj-file">
        <Icon name="file" />
        <span>{label}</span>
        {address === null ? null : (
          <WebLink address={address}>
            <code class="lgj-clip">{address}</code>
          </WebLink>
        )}
        {data === null ? null : (
          <button type="button" class="lgj-link" onClick={() => open(data)}>
            {opensInBrowser(data.mime) ? CONTENT.open : CONTENT.download}
          </button>
        )}
      </p>
      <Problem text={problem} />
      {text === null ? null : <BlockText text={text} />}
    </div>
  );
}

/** The transcript of a sound, the text of a file. */
function BlockText({ text }: { text: string }): JSX.Element {
  return (
    <div class="lgj-block-words">
      <ClippedText text={text} />
    </div>
  );
}

/** A call that the provider ran: what it was given, and what came of it. */
function ServerCall({ call }: { call: Of<"call"> }): JSX.Element {
  const line = previewValue(call.args, LINE);
  return (
    <div class="lgj-call lgj-server-call">
      <div class="lgj-call-head">
        <Icon name="tool" />
        <b>{call.name}</b>
        {call.args === null ? null : <code class="lgj-args">{line}</code>}
        <span class="lgj-muted">{CONTENT.byProvider}</span>
      </div>
      {line.endsWith("…") ? <JsonTree value={call.args} open={0} /> : null}
      {call.results.map((result: Json, nth) => (
        <div key={nth} class={`lgj-result ${call.failed ? "lgj-tone-bad" : ""}`}>
          <Icon name={call.failed ? "cross" : "return"} />
          <div class="lgj-result-body">
            {typeof result === "string" ? <TextValue text={result} /> : <JsonTree value={result} open={0} />}
          </div>
        </div>
      ))}
    </div>
  );
}
