import type { JSX } from "preact";
import { StatusBadge } from "../../components/StatusBadge";
import { formatDollars, formatDuration, formatInteger } from "../../core/format";
import { COMPARE } from "../../texts/compare";
import { differenceText, type RunRow, SIDES, type Side } from "./data";
import "../../components/diff.css";
import "../../components/header.css";

/** The letter by which a run goes here. */
export function RunLetter({ side }: { side: Side }): JSX.Element {
  return <b class={`lgj-letter lgj-letter-${side}`}>{side.toUpperCase()}</b>;
}

const FIGURES: readonly {
  readonly of: "latency" | "steps" | "tool_calls" | "input_tokens" | "output_tokens" | "cost";
  readonly name: string;
  readonly write: (value: number | null) => string;
}[] = [
  { of: "latency", name: "", write: formatDuration },
  { of: "steps", name: COMPARE.step, write: formatInteger },
  { of: "tool_calls", name: COMPARE.toolCall, write: formatInteger },
  { of: "input_tokens", name: COMPARE.tokensIn, write: formatInteger },
  { of: "output_tokens", name: COMPARE.tokensOut, write: formatInteger },
  { of: "cost", name: COMPARE.cost, write: formatDollars },
];

/** What each run is and came to; of the second also by how much it differs from the first. */
export function RunCards({ runs }: { runs: readonly RunRow[] }): JSX.Element {
  return (
    <header class="lgj-two lgj-runs">
      {SIDES.map((side) => {
        const run = runs.find((each) => each.run === side);
        const other = runs.find((each) => each.run !== side);
        return <RunCard key={side} side={side} run={run} other={other} />;
      })}
    </header>
  );
}

function RunCard(props: { side: Side; run: RunRow | undefined; other: RunRow | undefined }): JSX.Element {
  const { side, run, other } = props;
  const than = side === "b" ? other : undefined;
  if (!run) {
    return (
      <div class="lgj-run">
        <RunLetter side={side} />
      </div>
    );
  }
  return (
    <section role="group" class="lgj-run" aria-label={COMPARE.run(side.toUpperCase())}>
      <div class="lgj-run-name">
        <RunLetter side={side} />
        <StatusBadge status={run.status} />
        <span class="lgj-target" title={COMPARE.runId(`${run.run_id}`)}>
          {run.name}
        </span>
        {run.title ? (
          <span class="lgj-muted lgj-clip" title={run.title} dir="auto">
            {run.title}
          </span>
        ) : null}
      </div>
      <div class="lgj-run-figures">
        {FIGURES.filter(({ of }) => run[of] || other?.[of]).map(({ of, name, write }) => (
          <span key={of} class="lgj-run-figure">
            {write(run[of])} <span class="lgj-muted">{nounFor(name, run[of])}</span>
            <DifferenceText text={than ? differenceText(than[of], run[of], write) : ""} />
          </span>
        ))}
      </div>
      {run.error ? (
        <p class="lgj-problem lgj-clip" title={run.error}>
          {run.error}
        </p>
      ) : null}
    </section>
  );
}

function nounFor(name: string, count: number | null): string {
  return name === COMPARE.step || name === COMPARE.toolCall ? `${name}${count === 1 ? "" : "s"}` : name;
}

export function DifferenceText({ text }: { text: string }): JSX.Element | null {
  return text ? <span class="lgj-delta"> {text}</span> : null;
}
