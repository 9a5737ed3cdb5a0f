import type { JSX } from "preact";
import { PROTOCOL } from "../core/connection/protocol";
import { timeOfDay } from "../core/format";
import { isFinal } from "../core/schema";
import type { Link, Store } from "../core/store";
import { useView } from "../hooks/context";
import { useStore } from "../hooks/store";
import { Icon, type IconName } from "./Icon";
import "./Notices.css";

/** What the reader should know beside the figures: an error, a note, a lost kernel. */
export function Notices(): JSX.Element | null {
  const { status, error, note, stop, branch } = useStore(["summary"], ({ summary }) => summary);
  const link = useStore(["link"], (store) => store.link);
  const { store } = useView();
  const lost = linkText(link, store);
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
          <b>{error.error}</b>
          {error.message ? `: ${error.message}` : ""}
        </Notice>
      ) : null}
      {lost ? (
        <Notice tone="warn" icon="unplugged" role="alert">
          {lost}
        </Notice>
      ) : null}
      {hint ? (
        <Notice tone="quiet" icon="info">
          {hint}
        </Notice>
      ) : null}
      {note ? (
        <Notice tone="quiet" icon="info">
          {note}
        </Notice>
      ) : null}
    </>
  );
}

function Notice(props: { tone: string; icon: IconName; role?: "alert"; children: unknown }): JSX.Element {
  return (
    <p class={`lgj-notice lgj-tone-${props.tone}`} role={props.role ?? "note"}>
      <Icon name={props.icon} />
      <span>{props.children as string}</span>
    </p>
  );
}

function linkText(link: Link, { summary, lastSeen, last }: Store): string | null {
  const seen = () => (lastSeen === null ? "" : ` Last seen ${timeOfDay(lastSeen)}.`); // slow to write
  const running = !isFinal(summary.status);
  switch (link.state) {
    case "silent":
      if (last === 0) return "No kernel answers for this view: the run's record keeps what happened.";
      return running
        ? `The kernel does not answer.${seen()} It is busy, or it is gone: then the run's state is unknown.`
        : "The kernel does not answer: what was not loaded yet stays on its side.";
    case "gone":
      return running
        ? `The kernel is gone (${link.reason}): the run's state is unknown.${seen()}`
        : "The kernel that ran this is gone: what was not loaded yet cannot be loaded.";
    case "catching-up":
      return "Some messages were missed; catching up…";
    case "mismatch":
      return (
        `This page speaks protocol ${PROTOCOL}, the kernel ${JSON.stringify(link.kernel)}: ` +
        "restart the kernel and reload the page, so that both use the same lg_jupyter."
      );
    default:
      return null;
  }
}
