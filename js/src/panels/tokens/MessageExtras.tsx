import type { JSX } from "preact";
import type { MessageRow } from "../../core/schema";
import { useModule } from "../../hooks/module";
import type * as attachments from "./Attachments";

/** What a message holds beside its text, drawn by a module that comes with the first that holds anything. */
export function MessageExtras({ row }: { row: MessageRow }): JSX.Element | null {
  const isBare = row.blocks == null && row.citations == null && row.artifact == null;
  return isBare ? null : <LazyMessageMedia row={row} />;
}

function LazyMessageMedia({ row }: { row: MessageRow }): JSX.Element | null {
  const { module } = useModule<typeof attachments>("attachments");
  return module ? <module.MessageMedia row={row} /> : null;
}
