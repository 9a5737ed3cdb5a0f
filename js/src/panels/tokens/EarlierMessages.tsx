import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { formatCountWithNoun, formatInteger } from "../../core/format";
import type { MessageRow } from "../../core/schema";
import { TOKENS } from "../../texts/tokens";
import { buildCards } from "./data";
import { MessageCard } from "./MessageCard";

interface Props {
  readonly rows: readonly MessageRow[];
  /** How many older messages the thread held, of which there are no rows. */
  readonly omitted: number;
}

/** The messages of the thread before the run, folded: it is context, and none of the run's own. */
export function EarlierMessages({ rows, omitted }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const cards = useMemo(() => (open ? buildCards(rows) : []), [open, rows]);
  return (
    <div class="lgj-earlier-messages">
      <button type="button" class="lgj-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} />
        {formatCountWithNoun(rows.length + omitted, TOKENS.earlier)}
        {omitted > 0 ? TOKENS.newest(formatInteger(rows.length)) : null}
      </button>
      {open ? (
        <div class="lgj-context">
          {cards.map((card) => (
            <MessageCard key={card.row.message_id} card={card} />
          ))}
        </div>
      ) : null}
    </div>
  );
}
