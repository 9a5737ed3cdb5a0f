import type { JSX } from "preact";
import { Icon } from "../../components/Icon";
import { Place } from "../../components/NodeName";
import { VirtualList } from "../../components/VirtualList";
import { TOOL_CALLS } from "../../texts/compare";
import { type IndexedRow, type CallPair, differingRows } from "./data";
import { NoDifference } from "./NoDifference";
import type { PanelProps } from "./panel";
import { PairHead, TextDiff } from "./SideBySide";

/** Which tools were called with what, and what they gave. */
export function ToolCallsPanel({ compared, all }: PanelProps): JSX.Element {
  const pairs = differingRows(compared.tool_calls, ({ same }) => !same, all);
  if (pairs.length === 0) {
    return (
      <NoDifference some={compared.tool_calls.length > 0} same={TOOL_CALLS.same} none={TOOL_CALLS.none} />
    );
  }
  return (
    <VirtualList
      class="lgj-pairs"
      label={TOOL_CALLS.name}
      count={pairs.length}
      keyOf={(index) => (pairs[index] as IndexedRow<CallPair>).index}
      estimate={() => 130}
      epoch={all}
      render={(index) => <CallView {...(pairs[index] as IndexedRow<CallPair>)} />}
    />
  );
}

function CallView({ row, index }: IndexedRow<CallPair>): JSX.Element {
  const { namespace, node, name, occurrence, same } = row;
  return (
    <article class="lgj-pair">
      <PairHead
        place={
          <>
            <Icon name="tool" />
            <b>{name ?? TOOL_CALLS.unnamed}</b>
            <Place namespace={namespace} node={node} />
          </>
        }
        occurrence={occurrence}
        same={same}
      />
      <div class="lgj-pair-part">{TOOL_CALLS.args}</div>
      <TextDiff a={row.args_a} b={row.args_b} table="tool_calls" row={index} column="args" />
      <div class="lgj-pair-part">{TOOL_CALLS.result}</div>
      <TextDiff a={row.result_a} b={row.result_b} table="tool_calls" row={index} column="result" />
    </article>
  );
}
