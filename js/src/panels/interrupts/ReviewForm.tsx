import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { JsonTree } from "../../components/JsonTree";
import { preview } from "../../core/format";
import type { Json } from "../../core/schema";
import { JsonField } from "../../form/JsonField";
import { TextArea } from "../../form/TextArea";
import { type Action, type Choice, type Decision, missing, type Review } from "../../steer/review";

interface Props {
  readonly review: Review;
  readonly choices: readonly Choice[];
  readonly disabled: boolean;
  readonly onChange: (choices: readonly Choice[]) => void;
}

const WORDS: Readonly<Record<Decision, string>> = {
  approve: "Approve",
  edit: "Edit",
  reject: "Reject",
  respond: "Respond",
  ignore: "Ignore",
};

/** One decision for each call that an agent wants to make. */
export function ReviewForm({ review, choices, disabled, onChange }: Props): JSX.Element {
  const change = (nth: number, choice: Choice) =>
    onChange(choices.map((each, index) => (index === nth ? choice : each)));
  return (
    <div class="lgj-review">
      {review.actions.map((action, nth) => (
        <ActionForm
          key={nth}
          action={action}
          choice={choices[nth] as Choice}
          disabled={disabled}
          onChange={(choice) => change(nth, choice)}
        />
      ))}
      {choices.length > 1 && review.actions.every(({ allowed }) => allowed.includes("approve")) ? (
        <button
          type="button"
          class="lgj-link"
          disabled={disabled}
          onClick={() => onChange(choices.map((each) => ({ ...each, decision: "approve" })))}
        >
          Approve all {choices.length}
        </button>
      ) : null}
    </div>
  );
}

interface ActionProps {
  readonly action: Action;
  readonly choice: Choice;
  readonly disabled: boolean;
  readonly onChange: (choice: Choice) => void;
}

function ActionForm({ action, choice, disabled, onChange }: ActionProps): JSX.Element {
  const { name, args, description, allowed } = action;
  return (
    <section class="lgj-action" aria-label={`Call of ${name}`}>
      <b class="lgj-action-name">{name}</b>
      {isTelling(action) ? <p class="lgj-about">{description}</p> : null}
      {choice.decision === "edit" ? null : <JsonTree value={args} open={2} />}
      <div class="lgj-choices" role="group" aria-label={`Decision on ${name}`}>
        {allowed.map((decision) => (
          <button
            key={decision}
            type="button"
            class={`lgj-button ${choice.decision === decision ? "lgj-chosen" : ""}`}
            aria-pressed={choice.decision === decision}
            disabled={disabled}
            onClick={() => onChange({ ...choice, decision: choice.decision === decision ? null : decision })}
          >
            {WORDS[decision]}
          </button>
        ))}
      </div>
      <Details action={action} choice={choice} disabled={disabled} onChange={onChange} />
    </section>
  );
}

/** What a decision needs beside itself. */
function Details({ action, choice, disabled, onChange }: ActionProps): JSX.Element | null {
  const id = useId();
  const problem = missing(choice);
  switch (choice.decision) {
    case "edit":
      return (
        <div class="lgj-field-body">
          <JsonField
            label={`Arguments of ${action.name}`}
            value={choice.args}
            invalid={problem !== null}
            describedBy={id}
            disabled={disabled}
            onChange={(args) => onChange({ ...choice, args })}
          />
          {problem === null ? null : (
            <p class="lgj-problem" id={id}>
              {problem}
            </p>
          )}
        </div>
      );
    case "reject":
    case "respond":
      return (
        <TextArea
          label={choice.decision === "reject" ? "Why it is rejected" : `What ${action.name} is to have said`}
          placeholder={choice.decision === "reject" ? "Why, if you like" : "In place of the tool's result"}
          value={choice.message}
          disabled={disabled}
          onText={(message) => onChange({ ...choice, message })}
        />
      );
    default:
      return null;
  }
}

/** LangChain's own description only says the name and the arguments again. */
function isTelling({ name, description }: Action): boolean {
  return description !== "" && !description.includes(`\n\nTool: ${name}\nArgs: `);
}

/** Which calls were reviewed, and what was decided. */
export function Decided(props: { review: Review; decisions: readonly Json[] }): JSX.Element {
  return (
    <div class="lgj-review">
      {props.review.actions.map((action, nth) => {
        const { type, ...rest } = props.decisions[nth] as { readonly [key: string]: Json };
        const details = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
        return (
          <section key={nth} class="lgj-action" aria-label={`Call of ${action.name}`}>
            <span>
              <b class="lgj-action-name">{action.name}</b>{" "}
              <code class="lgj-muted">{preview(action.args, 120)}</code>
            </span>
            <span>
              <span class="lgj-tag">{String(type)}</span>{" "}
              {Object.keys(details).length > 0 ? <code>{preview(details, 160)}</code> : null}
            </span>
          </section>
        );
      })}
    </div>
  );
}
