import type { JSX } from "preact";
import { Icon, type IconName } from "../../components/Icon";
import type { MeasureText } from "../../components/measureText";
import { formatCountWithNoun, formatDuration } from "../../core/format";
import type { Status } from "../../core/schema";
import { TIMELINE } from "../../texts/timeline";
import { stretchesBetween, placeText } from "./placeBarText";
import type { Bar, BarBox } from "./data";

/** Statuses that a bar says in words; "success" goes without saying. */
export const STATUS_LABELS: Readonly<Partial<Record<Status, { icon: IconName; word: string }>>> = {
  running: { icon: "dots", word: "running" },
  pending: { icon: "dots", word: "waiting" },
  cached: { icon: "return", word: "cached" },
  error: { icon: "cross", word: "error" },
  interrupted: { icon: "pause", word: "interrupted" },
  cancelled: { icon: "stop", word: "cancelled" },
  incomplete: { icon: "warning", word: "incomplete" },
  unreported: { icon: "dash", word: "unreported" },
};

const ICON = 15;

interface Props {
  readonly box: BarBox;
  readonly now: number;
  /** How wide the track is. */
  readonly width: number;
  /** Where marks stand in the bar, from its left edge. */
  readonly marks: readonly number[];
  readonly after: number;
  readonly before: number;
  readonly measure: MeasureText;
}

/** What a bar says: what ran, how long, and what went otherwise; as much of it as there is room for. */
export function BarText(props: Props): JSX.Element | null {
  const { box, width, marks, after, before, measure } = props;
  const label = STATUS_LABELS[box.status];
  const inSight = { from: Math.max(0, -box.left), to: Math.min(box.width, width - box.left) };
  const room = { inside: stretchesBetween(marks, inSight), after, before };
  const placed = placeText(textsOf(box, props.now, label?.word ?? ""), label ? ICON : 0, room, measure);
  if (!placed && !(label && inSight.to - inSight.from >= 14)) return null;
  const where = placed?.where ?? "inside";
  const at = placed?.at ?? Math.max(0, (box.width - 12) / 2);
  const side =
    where === "before"
      ? { right: `${box.width + at}px` }
      : { left: `${where === "after" ? box.width + at : at}px` };
  return (
    <span
      class={`lgj-tl-text ${where === "inside" ? "lgj-tl-inside" : "lgj-tl-beside"}`}
      style={side}
      aria-hidden="true"
    >
      {label ? <Icon name={label.icon} /> : null}
      {placed?.text}
    </span>
  );
}

/** The most telling first. */
function textsOf({ bar, count, status }: BarBox, now: number, word: string): string[] {
  const { retries, task } = bar;
  const time = count > 1 ? formatCountWithNoun(count, "task") : taskTimeText(bar, now);
  const tries = count === 1 && retries.length > 0 ? `· ${TIMELINE.tries(`${retries.length + 1}`)}` : "";
  const title = count === 1 && task.title ? `${task.title} ·` : "";
  const texts = [[title, word, time, tries], [word, time, tries], status === "success" ? [time] : [word]].map(
    (parts) => parts.filter(Boolean).join(" "),
  );
  return texts.filter((text, index) => text !== "" && texts.indexOf(text) === index);
}

/** How long a task took, or has taken. */
export function taskTimeText({ task, from, to }: Bar, now: number): string {
  if (task.status === "cached" || task.status === "unreported") return "";
  return formatDuration(to === null ? Math.max(0, now - from) : (task.latency ?? to - from));
}
