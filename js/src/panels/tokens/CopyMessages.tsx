import type { JSX } from "preact";
import { CopyButton } from "../../components/CopyButton";
import { formatIndentedJson } from "../../core/format";
import { useView } from "../../hooks/context";
import { useReachable } from "../../hooks/store";
import { TOKENS } from "../../texts/tokens";
import { type MessageCardData, messageIdsOf } from "./data";

/** Copies the messages that are shown as JSON, to paste into an input or a test; the kernel writes it. */
export function CopyMessages(props: { cards: readonly MessageCardData[]; all: boolean }): JSX.Element | null {
  const { cards, all } = props;
  const { call } = useView();
  const reachable = useReachable();
  const ids = messageIdsOf(cards);
  const text = () =>
    call("messages", all ? {} : { ids }).then((messages) => formatIndentedJson([...messages]));
  if (!reachable) return null;
  return (
    <div class="lgj-copy-messages lgj-muted">
      {all ? TOKENS.allAsJson : TOKENS.theseAsJson}
      <CopyButton text={text} label={TOKENS.copy} />
    </div>
  );
}
