import type { JSX } from "preact";
import { FailurePlace } from "../../components/FailureLine";
import { Icon } from "../../components/Icon";
import { RunTraceback } from "../../components/Traceback";
import type { Failure } from "../../core/failure";
import { STEP } from "../../texts/state";

/** The step in which the run failed: it changed nothing. */
export function FailureCard({ failure }: { failure: Failure }): JSX.Element {
  return (
    <section role="group" class="lgj-step lgj-step-failed lgj-tone-bad" aria-label={STEP.failure}>
      <header class="lgj-step-head">
        <Icon name="cross" />
        <b class="lgj-step-name">
          {failure.step === null ? STEP.failed : STEP.stepFailed(`${failure.step}`)}
        </b>
        <FailurePlace failure={failure} />
      </header>
      <div class="lgj-failure">
        <RunTraceback instead={failure.why} />
      </div>
    </section>
  );
}
