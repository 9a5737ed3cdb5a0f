import type { JSX } from "preact";
import type { Status } from "../schema";
import { Icon, type IconName } from "./Icon";

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

export function StatusBadge({ status, small }: { status: string | null; small?: boolean }): JSX.Element {
  const known = STATUSES[status as Status] ?? { icon: "dash", word: status ?? "–", tone: "quiet" };
  return (
    <span class={`lgj-status lgj-tone-${known.tone} ${small ? "lgj-status-small" : ""}`}>
      <Icon name={known.icon} class={known.icon === "spinner" ? "lgj-spin" : ""} />
      {known.word}
    </span>
  );
}
