import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { Value } from "../../components/Value";
import { WebLink } from "../../components/WebLink";
import { formatCountWithNoun } from "../../core/format";
import type { MessageRow } from "../../core/schema";
import { useCell } from "../../hooks/cell";
import { BlocksView } from "./BlocksView";
import { citationsOf } from "../../core/blocks";
import { CONTENT } from "../../texts/tokens";
import "./Attachments.css";

const SOURCES = 12; // shown until the reader asks for all

/** What a message holds beside its text: media, refusals, sources, and a tool's artifact. */
export function MessageMedia({ row }: { row: MessageRow }): JSX.Element {
  return (
    <>
      {row.blocks == null ? null : <BlocksView row={row} />}
      {row.citations == null ? null : <CitationList row={row} />}
      {row.artifact == null ? null : <ToolArtifact row={row} />}
    </>
  );
}

/** The places that an answer cites, numbered, as links to pages. */
function CitationList({ row }: { row: MessageRow }): JSX.Element | null {
  const cell = useCell(
    row.citations,
    { table: "messages", key: row.message_id, column: "citations" },
    () => true,
  );
  const sources = useMemo(() => (cell.state === "loaded" ? citationsOf(cell.value) : []), [cell]);
  const [all, setAll] = useState(false);
  if (sources.length === 0) return null;
  return (
    <ol class="lgj-sources" aria-label={CONTENT.sources}>
      {(all ? sources : sources.slice(0, SOURCES)).map(({ title, url, quote }, nth) => (
        <li key={nth} title={quote ?? undefined}>
          <span class="lgj-muted">[{nth + 1}]</span> <WebLink address={url}>{title}</WebLink>
        </li>
      ))}
      {!all && sources.length > SOURCES ? (
        <li>
          <button type="button" class="lgj-link" onClick={() => setAll(true)}>
            {formatCountWithNoun(sources.length - SOURCES, CONTENT.moreSource)}
          </button>
        </li>
      ) : null}
    </ol>
  );
}

function ToolArtifact({ row }: { row: MessageRow }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <div class="lgj-artifact">
      <button type="button" class="lgj-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} />
        {CONTENT.artifact}
      </button>
      {open ? (
        <Value
          value={row.artifact}
          address={{ table: "messages", key: row.message_id, column: "artifact" }}
        />
      ) : null}
    </div>
  );
}
