import type { JSX } from "preact";
import { isFinal, type Status } from "../core/schema";
import { isRunUnknown } from "../core/store";
import { useStore } from "../hooks/store";
import { STATUS } from "../texts/frame";
import { Icon, type IconName } from "./Icon";
import "./StatusBadge.css";

/** A status is an icon and a word; its colour only repeats them. */
const STATUSES: Readonly<Record<Status, { icon: IconName; word: string; tone: string }>> = {
  pending: { icon: "dots", word: STATUS.pending, tone: "quiet" },
  running: { icon: "spinner", word: STATUS.running, tone: "active" },
  success: { icon: "check", word: STATUS.success, tone: "good" },
  interrupted: { icon: "pause", word: STATUS.interrupted, tone: "warn" },
  error: { icon: "cross", word: STATUS.error, tone: "bad" },
  cancelled: { icon: "stop", word: STATUS.cancelled, tone: "quiet" },
  incomplete: { icon: "warning", word: STATUS.incomplete, tone: "warn" },
  cached: { icon: "check", word: STATUS.cached, tone: "good" },
  unreported: { icon: "dash", word: STATUS.unreported, tone: "quiet" },
};

/** Of a message alone: the model would not. */
const REFUSED = { icon: "warning", word: STATUS.refused, tone: "warn" } as const;

const UNKNOWN = { icon: "unplugged", word: STATUS.unknown, tone: "warn" } as const;

/** The status of a run, a task, a namespace or a message. What was going on when the kernel was lost is unknown. */
export function StatusBadge(props: {
  status: string | null;
  small?: boolean;
  /** How many of several have it. */
  count?: number;
  /** What stands beside it. */
  aside?: string | null;
}): JSX.Element {
  const { status, small, count = 0, aside } = props;
  const lost = useStore(["summary", "link"], isRunUnknown) && !isFinal(status as Status);
  const known = lost ? UNKNOWN : statusLook(status);
  return (
    <span class={`lgj-status lgj-tone-${known.tone} ${small ? "lgj-status-small" : ""}`}>
      <Icon name={known.icon} class={known.icon === "spinner" ? "lgj-spin" : ""} />
      {count > 1 ? `${count} ${known.word.toLowerCase()}` : known.word}
      {aside ? ` · ${aside}` : null}
    </span>
  );
}

/** A status as it is drawn. */
export function statusLook(status: string | null): { icon: IconName; word: string; tone: string } {
  if (status === "refused") return REFUSED;
  return STATUSES[status as Status] ?? { icon: "dash", word: status ?? "–", tone: "quiet" };
}
