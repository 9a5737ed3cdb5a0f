import type { ComponentChildren, JSX } from "preact";
import { PROTOCOL } from "../core/connection/protocol";
import { formatTimeOfDay } from "../core/format";
import { isFinal, type RunError } from "../core/schema";
import type { Link, Store } from "../core/store";
import { useView } from "../hooks/context";
import { useStore } from "../hooks/store";
import { LINK } from "../texts/frame";
import { FailureLine } from "./FailureLine";
import { useIsRecordUnfilled } from "./HiddenRecord";
import { Icon, type IconName } from "./Icon";
import "./Notices.css";

/** The source of a comparison: it has no run to steer. */
const COMPARISON = "comparison";

/**
 * What the reader should know beside the figures: an error, a note, a lost kernel. `action` is what can be done about how
 * the run ended, beside the sentence that says how. Where another view says the rest, `only` the line to the kernel.
 */
export function Notices(props: {
  action?: ComponentChildren;
  only?: "link" | undefined;
}): JSX.Element | null {
  const { action = null, only } = props;
  const { status, error, failure, note, stop, branch } = useStore(["summary"], ({ summary }) => summary);
  const unfilled = useIsRecordUnfilled();
  if (only) return <ConnectionNotice />;
  const hint = !isFinal(status) && !stop.available ? stop.hint : null;
  return (
    <>
      {branch ? (
        <Notice tone="quiet" icon="branch">
          {branch}
        </Notice>
      ) : null}
      {error ? (
        <Notice tone="bad" icon="cross" role="alert">
          {failure ? <FailureLine failure={failure} /> : errorText(error)}
          {action}
        </Notice>
      ) : null}
      <ConnectionNotice />
      {hint ? (
        <Notice tone="quiet" icon="info">
          {hint}
        </Notice>
      ) : null}
      {unfilled ? (
        <Notice tone="quiet" icon="info">
          {LINK.explain.noRecord}
        </Notice>
      ) : null}
      {note ? (
        <Notice tone="quiet" icon="info">
          {note}
          {error ? null : action}
        </Notice>
      ) : null}
    </>
  );
}

/** What is wrong with the line to the kernel, or that there is none. */
function ConnectionNotice(): JSX.Element | null {
  const { store } = useView();
  const lost = useStore(["link", "summary"], () => connectionText(store.link, store));
  const link = useStore(["link"], (known) => known.link);
  if (link.state === "saved") {
    const why = store.summary.source === COMPARISON ? "" : LINK.explain.saved;
    const text = link.omitted ? `${why} ${LINK.explain.omitted(link.omitted)}` : why;
    return text ? (
      <Notice tone="quiet" icon="unplugged">
        {text}
      </Notice>
    ) : null;
  }
  if (lost === null) return null;
  return (
    <Notice tone="warn" icon="unplugged" role="alert">
      {lost}
    </Notice>
  );
}

/** Of a run that ended otherwise: a server cancelled it with an error. */
function errorText({ error, message }: RunError): string {
  return message ? `${error}: ${message}` : error;
}

function Notice(props: {
  tone: string;
  icon: IconName;
  role?: "alert";
  children: ComponentChildren;
}): JSX.Element {
  return (
    <p class={`lgj-notice lgj-tone-${props.tone}`} role={props.role ?? "note"}>
      <Icon name={props.icon} />
      <span>{props.children}</span>
    </p>
  );
}

function connectionText(link: Link, { summary, lastSeen, last }: Store): string | null {
  const seen = () => (lastSeen === null ? "" : LINK.explain.seen(formatTimeOfDay(lastSeen))); // slow to write
  const running = !isFinal(summary.status);
  switch (link.state) {
    case "silent":
      if (last === 0) return LINK.explain.neverHeard;
      return running ? LINK.explain.silent(seen()) : LINK.explain.silentAfter;
    case "gone":
      return running ? LINK.explain.gone(link.reason, seen()) : LINK.explain.goneAfter;
    case "catching-up":
      return LINK.missed;
    case "mismatch":
      return LINK.explain.mismatch(String(PROTOCOL), JSON.stringify(link.kernel));
    default:
      return null;
  }
}
