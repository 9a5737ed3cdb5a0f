import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { useCell } from "../../components/cell";
import { bytes } from "../../format";
import type { MessageRow } from "../../schema";
import { type Block, describeBlocks } from "./blocks";

const AT_ONCE = 4_000_000; // characters of JSON that are fetched without being asked for

/** The images, sounds, files and other blocks of a message. */
export function BlocksView({ row }: { row: MessageRow }): JSX.Element | null {
  const cell = useCell(
    row.blocks,
    { table: "messages", key: row.message_id, column: "blocks" },
    (size) => size <= AT_ONCE,
  );
  const blocks = useMemo(() => (cell.state === "here" ? describeBlocks(cell.value) : []), [cell]);
  if (cell.state === "here") return <div class="lgj-blocks">{blocks.map(draw)}</div>;
  return (
    <div class="lgj-blocks">
      {cell.state === "failed" ? <p class="lgj-problem">{cell.why}</p> : null}
      <button type="button" class="lgj-button" onClick={cell.fetch} disabled={cell.state === "under way"}>
        {cell.state === "under way" ? "Loading…" : `Load the content beside the text, ${bytes(cell.size)}`}
      </button>
    </div>
  );
}

function draw(block: Block, key: number): JSX.Element {
  switch (block.kind) {
    case "image":
      return (
        <figure key={key} class="lgj-figure-block">
          <img src={block.src} alt={block.label} />
          <figcaption>{block.label}</figcaption>
        </figure>
      );
    case "audio":
    case "video": {
      const Player = block.kind;
      return (
        <figure key={key} class="lgj-figure-block">
          <Player src={block.src} controls preload="metadata" aria-label={block.label} />
          <figcaption>{block.label}</figcaption>
        </figure>
      );
    }
    case "file":
      return (
        <p key={key} class="lgj-file" title={block.address ?? undefined}>
          <Icon name="file" />
          <span>{block.label}</span>
          {block.address ? <code class="lgj-clip">{block.address}</code> : null}
        </p>
      );
    case "other":
      return (
        <div key={key} class="lgj-file-other">
          <span class="lgj-tag">{block.label}</span>
          <JsonTree value={block.value} />
        </div>
      );
  }
}
