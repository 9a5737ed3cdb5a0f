import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { Place } from "../../components/NodeName";
import { SumTable } from "../../components/SumTable";
import { formatInteger } from "../../core/format";
import { USAGE } from "../../texts/tokens";
import { type MessageCardData, isCounted, usageByNode } from "./data";

const TITLES = [USAGE.messages, USAGE.input, USAGE.cached, USAGE.output, USAGE.reasoning];

/** What each node's messages used, as far as they are shown: a line until it is opened. */
export function UsageByNode({ cards }: { cards: readonly MessageCardData[] }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const counted = useMemo(() => cards.some(({ row }) => isCounted(row)), [cards]);
  if (!counted) return null;
  return (
    <div class="lgj-usage">
      <button type="button" class="lgj-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} />
        {USAGE.name}
      </button>
      {open ? <Sums cards={cards} /> : null}
    </div>
  );
}

function Sums({ cards }: { cards: readonly MessageCardData[] }): JSX.Element {
  const sums = useMemo(() => usageByNode(cards.map(({ row }) => row)), [cards]);
  const rows = sums.map(({ key, namespace, node, messages, input, cached, output, reasoning }) => ({
    key,
    name: <Place namespace={namespace} node={node} everyVisit />,
    cells: [messages, input, cached, output, reasoning].map((count) => formatInteger(count)),
  }));
  return <SumTable of={USAGE.node} titles={TITLES} rows={rows} />;
}
