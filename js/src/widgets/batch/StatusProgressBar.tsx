import type { JSX } from "preact";
import { formatCountWithNoun, formatInteger } from "../../core/format";
import { isFinal, RUN_STATUSES, type Status } from "../../core/schema";
import { FIGURES } from "../../texts/batch";
import type { InputRow } from "./rows";

/** How many inputs have which status, as one bar. The words beside the table say the same. */
export function StatusProgressBar(props: {
  rows: readonly InputRow[];
  counts: ReadonlyMap<Status, number>;
}): JSX.Element {
  const { counts } = props;
  const total = props.rows.length;
  const shown = RUN_STATUSES.filter((status) => status !== "pending" && counts.get(status));
  const over = [...counts].reduce((sum, [status, count]) => sum + (isFinal(status) ? count : 0), 0);
  return (
    <div
      class="lgj-batch-progress"
      role="progressbar"
      aria-label={FIGURES.inputsHint}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={over}
      aria-valuetext={FIGURES.part(formatInteger(over), formatCountWithNoun(total, FIGURES.input))}
    >
      {/* What is over comes first, so that the bar grows from the left. */}
      {[...shown.filter(isFinal), ...shown.filter((status) => !isFinal(status))].map((status) => (
        <i
          key={status}
          class={`lgj-tone-${TONES[status] ?? "quiet"}`}
          style={{ width: `${(100 * (counts.get(status) ?? 0)) / total}%` }}
        />
      ))}
    </div>
  );
}

const TONES: Partial<Record<Status, string>> = {
  running: "active",
  success: "good",
  interrupted: "warn",
  incomplete: "warn",
  error: "bad",
};
