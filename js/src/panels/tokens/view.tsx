import type { JSX, VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { Empty } from "../../components/Empty";
import { VirtualList } from "../../components/VirtualList";
import { useTable } from "../../hooks";
import type { Panel } from "../panel";
import { type Card, type Group, buildCards, groupParallel, keepSame } from "./data";
import { MessageCard } from "./MessageCard";

function View(): JSX.Element {
  const { rows, version } = useTable("messages");
  const before = useRef<readonly Card[]>([]);
  const cards = useMemo(() => keepSame(before.current, buildCards(rows)), [rows, version]);
  before.current = cards;
  const groups = useMemo(() => groupParallel(cards), [cards]);
  const elements = useRef(new WeakMap<Card, VNode>());
  const elementOf = (card: Card): VNode => {
    const known = elements.current.get(card);
    if (known) return known; // the same element as before: nothing to compare
    const element = <MessageCard key={card.row.message_id} card={card} />;
    elements.current.set(card, element);
    return element;
  };
  const render = (index: number) => {
    const { cards: together } = groups[index] as Group;
    // While they speak together, each is only so high, so that all of their newest words are in sight.
    const speaking = together.length > 1 && together.some(({ row }) => row.status === "running");
    return <div class={speaking ? "lgj-group lgj-speaking" : "lgj-group"}>{together.map(elementOf)}</div>;
  };
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
      count={groups.length}
      keyOf={(index) => (groups[index] as Group).key}
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
