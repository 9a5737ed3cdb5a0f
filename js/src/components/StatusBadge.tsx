import type { JSX } from "preact";
import { isFinal, type Status } from "../core/schema";
import { runIsUnknown } from "../core/store";
import { useStore } from "../hooks/store";
import { Icon, type IconName } from "./Icon";
import "./StatusBadge.css";

/** A status is an icon and a word; its colour only repeats them. */
const STATUSES: Readonly<Record<Status, { icon: IconName; word: string; tone: string }>> = {
  pending: { icon: "dots", word: "Waiting", tone: "quiet" },
  running: { icon: "spinner", word: "Running", tone: "active" },
  success: { icon: "check", word: "Success", tone: "good" },
  interrupted: { icon: "pause", word: "Interrupted", tone: "warn" },
  error: { icon: "cross", word: "Error", tone: "bad" },
  cancelled: { icon: "stop", word: "Cancelled", tone: "quiet" },
  incomplete: { icon: "warning", word: "Incomplete", tone: "warn" },
  cached: { icon: "check", word: "Cached", tone: "good" },
  unreported: { icon: "dash", word: "Unreported", tone: "quiet" },
};

/** Of a message alone: the model would not. */
const REFUSED = { icon: "warning", word: "Refused", tone: "warn" } as const;

const UNKNOWN = { icon: "unplugged", word: "Unknown", tone: "warn" } as const;

/** The status of a run, a task, a namespace or a message. What was going on when the kernel was lost is unknown. */
export function StatusBadge(props: {
  status: string | null;
  small?: boolean;
  /** How many of several have it. */
  count?: number;
  /** What is to be said beside it. */
  aside?: string | null;
}): JSX.Element {
  const { status, small, count = 0, aside } = props;
  const lost = useStore(["summary", "link"], runIsUnknown) && !isFinal(status as Status);
  const known = lost ? UNKNOWN : statusOf(status);
  return (
    <span class={`lgj-status lgj-tone-${known.tone} ${small ? "lgj-status-small" : ""}`}>
      <Icon name={known.icon} class={known.icon === "spinner" ? "lgj-spin" : ""} />
      {count > 1 ? `${count} ${known.word.toLowerCase()}` : known.word}
      {aside ? ` · ${aside}` : null}
    </span>
  );
}

/** A status as it is drawn. */
export function statusOf(status: string | null): { icon: IconName; word: string; tone: string } {
  if (status === "refused") return REFUSED;
  return STATUSES[status as Status] ?? { icon: "dash", word: status ?? "–", tone: "quiet" };
}
