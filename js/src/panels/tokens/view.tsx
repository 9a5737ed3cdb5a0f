import type { JSX, VNode } from "preact";
import { useCallback, useMemo, useRef } from "preact/hooks";
import { Empty } from "../../components/Empty";
import { VirtualList } from "../../components/VirtualList";
import { useTable } from "../../hooks";
import type { Panel } from "../panel";
import { type Card, buildCards, keepSame } from "./data";
import { MessageCard } from "./MessageCard";

function View(): JSX.Element {
  const { rows, version } = useTable("messages");
  const before = useRef<readonly Card[]>([]);
  const cards = useMemo(() => keepSame(before.current, buildCards(rows)), [rows, version]);
  before.current = cards;
  const drawn = useRef(new WeakMap<Card, VNode>());
  const render = useCallback(
    (index: number) => {
      const card = cards[index] as Card;
      let element = drawn.current.get(card);
      if (!element) drawn.current.set(card, (element = <MessageCard card={card} />));
      return element; // the same element as before: nothing to compare
    },
    [cards],
  );
  if (cards.length === 0) {
    return (
      <Empty
        waiting="No messages yet."
        none="No messages: no model was called, or none of its messages was streamed."
      />
    );
  }
  return (
    <VirtualList
      class="lgj-cards"
      label="Messages"
      count={cards.length}
      keyOf={(index) => (cards[index] as Card).row.message_id}
      estimate={() => 96}
      render={render}
      follow
    />
  );
}

export const tokens: Panel = {
  id: "tokens",
  title: "Tokens",
  topics: ["messages"],
  count: ({ tables }) => tables.messages.rows.length,
  View,
};
