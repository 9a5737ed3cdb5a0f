import type { JSX } from "preact";
import { ClippedText } from "../../components/ClippedText";
import { Place } from "../../components/NodeName";
import { VirtualList } from "../../components/VirtualList";
import { COMPARE, MESSAGES } from "../../texts/compare";
import { type IndexedRow, differingRows, type MessagePair } from "./data";
import { NoDifference } from "./NoDifference";
import type { PanelProps } from "./panel";
import { PairHead, TextDiff } from "./SideBySide";

/** The messages at the same place, word by word. */
export function MessagesPanel({ compared, all }: PanelProps): JSX.Element {
  const pairs = differingRows(compared.messages, ({ same }) => !same, all);
  if (pairs.length === 0) {
    return <NoDifference some={compared.messages.length > 0} same={MESSAGES.same} none={MESSAGES.none} />;
  }
  return (
    <VirtualList
      class="lgj-pairs"
      label={MESSAGES.name}
      count={pairs.length}
      keyOf={(index) => (pairs[index] as IndexedRow<MessagePair>).index}
      estimate={() => 90}
      epoch={all}
      render={(index) => <MessageView {...(pairs[index] as IndexedRow<MessagePair>)} />}
    />
  );
}

function MessageView({ row, index }: IndexedRow<MessagePair>): JSX.Element {
  const { namespace, node, role, occurrence, same, text_a, text_b } = row;
  return (
    <article class="lgj-pair">
      <PairHead
        place={<Place namespace={namespace} node={node} />}
        what={role}
        occurrence={occurrence}
        same={same}
      />
      {same && typeof text_a === "string" ? (
        <div class="lgj-both">
          {text_a ? <ClippedText text={text_a} /> : <span class="lgj-muted">{COMPARE.noText}</span>}
        </div>
      ) : (
        <TextDiff a={text_a} b={text_b} table="messages" row={index} column="text" />
      )}
    </article>
  );
}
