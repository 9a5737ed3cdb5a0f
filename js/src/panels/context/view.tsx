import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import {
  type Column,
  HeadRow,
  ExpandableRow,
  gridColumnsStyle,
  useOpenRows,
} from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Explanation } from "../../components/Explanation";
import { Icon } from "../../components/Icon";
import { NodeName } from "../../components/NodeName";
import { NothingShown } from "../../components/NothingShown";
import { VirtualList } from "../../components/VirtualList";
import { callerOf } from "../../core/calls";
import { formatCountWithNoun, formatInteger } from "../../core/format";
import { useNarrowing } from "../../hooks/narrowing";
import { useTable } from "../../hooks/store";
import { COLUMNS, CONTEXT } from "../../texts/context";
import { type ContextUse, contextUsesOf, PARTS } from "./data";
import "./view.css";

export function View(): JSX.Element {
  const { rows, version } = useTable("model_calls");
  const narrowing = useNarrowing(["message"]);
  const fillings = useMemo(() => contextUsesOf(rows, narrowing.shows), [rows, version, narrowing]);
  if (rows.length === 0) return <Empty explained waiting={CONTEXT.waiting} none={CONTEXT.none} />;
  if (fillings.length === 0) {
    const what = narrowing.scope ? CONTEXT.nothing : CONTEXT.filtered;
    return <NothingShown what={what} narrowing={narrowing} />;
  }
  return (
    <div class="lgj-context">
      <Explanation />
      <Legend />
      <ContextTable fillings={fillings} marks={(row) => !narrowing.scope && narrowing.marks(row.row)} />
    </div>
  );
}

function Legend(): JSX.Element {
  return (
    <ul class="lgj-context-legend">
      {PARTS.map((name) => (
        <li key={name}>
          <i class={`lgj-context-${name}`} /> {CONTEXT.parts[name]}
        </li>
      ))}
      <li class="lgj-muted">{CONTEXT.byCharacters}</li>
    </ul>
  );
}

function ContextTable(props: {
  readonly fillings: readonly ContextUse[];
  readonly marks: (filling: ContextUse) => boolean;
}): JSX.Element {
  const { fillings, marks } = props;
  const { isOpen, toggle } = useOpenRows();
  const render = (index: number) => {
    const filling = fillings[index] as ContextUse;
    const id = filling.row.call_id;
    return (
      <ExpandableRow
        row={filling}
        index={index}
        columns={COLUMNS_SHOWN}
        open={isOpen(id)}
        marked={marks(filling)}
        onToggle={() => toggle(id)}
      >
        <PartNumbers filling={filling} />
      </ExpandableRow>
    );
  };
  return (
    <div class="lgj-table" style={gridColumnsStyle(COLUMNS_SHOWN)}>
      <VirtualList
        role="table"
        label={CONTEXT.table}
        count={fillings.length}
        keyOf={(index) => (fillings[index] as ContextUse).row.call_id}
        render={render}
        head={<HeadRow columns={COLUMNS_SHOWN} />}
      />
    </div>
  );
}

const COLUMNS_SHOWN: readonly Column<ContextUse>[] = [
  {
    title: COLUMNS.call,
    width: "minmax(124px, 1.4fr)",
    cell: ({ row, name }) => (
      <span class="lgj-context-call" title={name}>
        <NodeName node={row.node} label={callerOf(row) ?? "–"} />
        <span class="lgj-clip lgj-muted">{name}</span>
      </span>
    ),
  },
  { title: COLUMNS.step, width: "38px", align: "end", cell: ({ row }) => formatInteger(row.step) },
  { title: COLUMNS.window, width: "minmax(90px, 3fr)", cell: (filling) => <ContextBar filling={filling} /> },
  { title: COLUMNS.full, width: "126px", align: "end", cell: (filling) => <FullShare filling={filling} /> },
  { title: COLUMNS.tokens, width: "minmax(130px, 1fr)", align: "end", cell: tokensText },
];

/** How long each part is, in numbers. */
function PartNumbers({ filling }: { filling: ContextUse }): JSX.Element {
  return (
    <div class="lgj-context-parts">
      <ul>
        {filling.parts.map(({ name, share, characters }) => (
          <li key={name}>
            <i class={`lgj-context-${name}`} />{" "}
            {CONTEXT.part(
              CONTEXT.parts[name],
              formatCountWithNoun(characters, "character"),
              percentText(share),
            )}
          </li>
        ))}
      </ul>
      <p class="lgj-muted">{asideText(filling)}</p>
    </div>
  );
}

/** The parts of a prompt beside each other, as wide as its share of the window. */
function ContextBar({ filling }: { filling: ContextUse }): JSX.Element {
  const { parts, taken, limit, warning } = filling;
  const text = partsText(filling);
  const known = limit === null ? "lgj-context-bar lgj-context-unlimited" : "lgj-context-bar";
  return (
    <span class={known} role="img" aria-label={text} title={text}>
      <span
        class={`lgj-context-taken ${warning ? "lgj-context-warns" : ""}`}
        style={{ width: `${taken * 100}%` }}
      >
        {parts.map(({ name, share }) => (
          <i key={name} class={`lgj-context-${name}`} style={{ width: `${share * 100}%` }} />
        ))}
      </span>
    </span>
  );
}

function FullShare({ filling: { full, warning } }: { filling: ContextUse }): JSX.Element | string {
  if (full === null) return "–";
  const text = percentText(full);
  if (warning === null) return text;
  return (
    <span class="lgj-context-warning">
      <Icon name="warning" />
      {text} {CONTEXT.warning[warning]}
    </span>
  );
}

function tokensText({ tokens, limit }: ContextUse): string {
  if (tokens === null && limit === null) return CONTEXT.unknownTokens;
  const count = tokens === null ? "?" : formatInteger(tokens);
  return limit === null ? count : CONTEXT.of(count, formatInteger(limit));
}

/** "system 10%, history 90%, shares by characters": what a reader hears of a bar. */
function partsText(filling: ContextUse): string {
  const shown = filling.parts.map(({ name, share }) => `${CONTEXT.parts[name]} ${percentText(share)}`);
  return [...shown, asideText(filling)].filter(Boolean).join(", ");
}

/** What is to be known of the parts, and what is not known. */
function asideText({ parts, knowsTools, media, limit }: ContextUse): string {
  return [
    parts.length > 0 ? CONTEXT.byCharacters : CONTEXT.unknownParts,
    parts.length > 0 && !knowsTools ? CONTEXT.unknownTools : "",
    media > 0 ? CONTEXT.media(formatCountWithNoun(media, "attachment")) : "",
    limit === null ? CONTEXT.unknownLimit : "",
  ]
    .filter(Boolean)
    .join(", ");
}

function percentText(share: number): string {
  return `${Math.round(share * 100)}%`;
}
