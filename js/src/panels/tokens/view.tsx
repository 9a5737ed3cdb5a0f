import type { JSX, VNode } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { Empty } from "../../components/Empty";
import { Explanation } from "../../components/Explanation";
import { NothingShown } from "../../components/NothingShown";
import { VirtualList } from "../../components/VirtualList";
import { isFinal, type MessageRow } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useNarrowing, useSelectedElsewhere } from "../../hooks/narrowing";
import { useStore, useTable } from "../../hooks/store";
import type { Narrowing } from "../../state/narrowing";
import { TOKENS } from "../../texts/tokens";
import {
  buildCards,
  type MessageCardData,
  shownCards,
  type CardGroup,
  groupParallel,
  isContext,
  splitEarlierMessages,
  reuseUnchangedCards,
} from "./data";
import { CopyMessages } from "./CopyMessages";
import { EarlierMessages } from "./EarlierMessages";
import { MessageCard } from "./MessageCard";
import { UsageByNode } from "./UsageByNode";
import "./view.css";

export function View(): JSX.Element {
  const { rows, version } = useTable("messages");
  const before = useRef<readonly MessageCardData[]>([]);
  const { earlier, own } = useMemo(() => splitEarlierMessages(rows), [rows, version]);
  const cards = useMemo(() => reuseUnchangedCards(before.current, buildCards(own)), [own, version]);
  before.current = cards;
  const { store } = useView();
  const narrowing = useNarrowing(["message"]);
  const shown = useMemo(() => {
    if (!narrowing.active) return cards;
    const textOf = (id: string) => `${store.textOf(id).text}\n${store.textOf(id).reasoning}`;
    return shownCards(cards, (row) =>
      isContext(row)
        ? narrowing.showsText(row, () => textOf(row.message_id))
        : narrowing.shows(row, () => textOf(row.message_id)),
    );
  }, [cards, narrowing, store]);
  const groups = useMemo(() => groupParallel(shown), [shown]);
  const omitted = useStore(["summary"], ({ summary }) => summary.history_omitted);
  const anyEarlier = earlier.length + omitted > 0;
  const items = useMemo(() => [HEAD, ...(anyEarlier ? [EARLIER] : []), ...groups], [anyEarlier, groups]);
  const reveal = useRevealedMessage(items);
  // What goes on is watched at its end; what is over is read from its beginning.
  const [follow] = useState(() => !isFinal(store.summary.status));
  if (rows.length === 0) {
    return <Empty explained waiting={TOKENS.waiting} none={TOKENS.none} />;
  }
  // Of context alone nothing is shown, unless it has the text that is looked for.
  const isFound = narrowing.filter.text !== "" && shown.length > 0;
  if (narrowing.active && !isFound && shown.every(({ row }) => isContext(row))) {
    const what = narrowing.scope ? TOKENS.noneSelected : TOKENS.noneFits;
    return <NothingShown what={what} narrowing={narrowing} />;
  }
  return (
    <>
      <Explanation />
      <CardList {...{ items, shown, earlier, omitted, narrowing, reveal, follow }} />
    </>
  );
}

interface CardsProps {
  readonly items: readonly CardGroup[];
  readonly shown: readonly MessageCardData[];
  readonly earlier: readonly MessageRow[];
  readonly omitted: number;
  readonly narrowing: Narrowing;
  readonly reveal: { readonly index: number } | null;
  readonly follow: boolean;
}

function CardList(props: CardsProps): JSX.Element {
  const { items, earlier, omitted, narrowing } = props;
  const elements = useRef(new WeakMap<MessageCardData, VNode>());
  const elementOf = (card: MessageCardData): VNode => {
    const known = elements.current.get(card);
    if (known) return known; // the same element as before: nothing to compare
    const element = <MessageCard key={card.row.message_id} card={card} />;
    elements.current.set(card, element);
    return element;
  };
  const render = (index: number) => {
    const item = items[index] as CardGroup;
    if (item === HEAD) return <MessagesHead cards={props.shown} all={!narrowing.active} />;
    if (item === EARLIER) return <EarlierMessages rows={earlier} omitted={omitted} />;
    const { cards: together } = item;
    // While they speak together, each is only so high, so that all of their newest words are in sight.
    const speaking = together.length > 1 && together.some(({ row }) => row.status === "running");
    const context = narrowing.active && together.every(({ row }) => isContext(row));
    const marks = `${speaking ? "lgj-speaking" : ""} ${context ? "lgj-context" : ""}`;
    return <div class={`lgj-group ${marks}`}>{together.map(elementOf)}</div>;
  };
  return (
    <VirtualList
      class="lgj-cards"
      label={TOKENS.name}
      count={items.length}
      keyOf={(index) => (items[index] as CardGroup).key}
      estimate={(index) => Math.max(LEAST_HEIGHT, HEIGHT_PER_CARD * (items[index] as CardGroup).cards.length)}
      render={render}
      epoch={narrowing}
      aside={narrowing.scope !== null}
      reveal={props.reveal}
      follow={props.follow}
    />
  );
}

/** What concerns all messages that are shown. */
function MessagesHead({ cards, all }: { cards: readonly MessageCardData[]; all: boolean }): JSX.Element {
  return (
    <div class="lgj-tokens-head">
      <UsageByNode cards={cards} />
      <CopyMessages cards={cards} all={all} />
    </div>
  );
}

// Pixels by which a group is guessed, until one was drawn.
const LEAST_HEIGHT = 96;
const HEIGHT_PER_CARD = 80; // two stand side by side

/** Stands before all groups. */
const HEAD: CardGroup = { key: "head", cards: [] };

/** Stands before all groups where the thread held messages before the run. */
const EARLIER: CardGroup = { key: "earlier", cards: [] };

/** Where the message is that was selected elsewhere; a new answer only when another one was. */
function useRevealedMessage(groups: readonly CardGroup[]): { index: number } | null {
  const selected = useSelectedElsewhere();
  return useMemo(() => {
    if (selected?.kind !== "message") return null;
    const has = ({ row, calls }: MessageCardData) =>
      row.message_id === selected.id || calls.some(({ result }) => result?.message_id === selected.id);
    return { index: groups.findIndex(({ cards }) => cards.some(has)) };
  }, [selected]);
}
