import type { JSX } from "preact";
import { previewValue } from "../../core/format";
import type { Json } from "../../core/schema";
import type { Review } from "../../steer/review";
import { REVIEW } from "../../texts/interrupts";

/** Which calls were reviewed, and what was decided. */
export function ReviewDecisions(props: { review: Review; decisions: readonly Json[] }): JSX.Element {
  return (
    <div class="lgj-review">
      {props.review.actions.map((action, nth) => {
        const { type, ...rest } = props.decisions[nth] as { readonly [key: string]: Json };
        const details = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
        return (
          <section role="group" key={nth} class="lgj-action" aria-label={REVIEW.call(action.name)}>
            <span>
              <b class="lgj-action-name">{action.name}</b>{" "}
              <code class="lgj-muted">{previewValue(action.args, 120)}</code>
            </span>
            <span>
              <span class="lgj-tag">{String(type)}</span>{" "}
              {Object.keys(details).length > 0 ? <code>{previewValue(details, 160)}</code> : null}
            </span>
          </section>
        );
      })}
    </div>
  );
}
