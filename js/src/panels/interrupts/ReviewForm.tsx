import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { TextArea } from "../../form/TextArea";
import { type ActionChoice, undecidedChoice } from "../../steer/reviewAnswer";
import type { ReviewAction, Decision, Review } from "../../steer/review";
import type { RunSteering } from "../../steer/runSteering";
import { REVIEW } from "../../texts/interrupts";
import { ArgumentFields, ArgumentList, argumentSchema } from "./ArgumentList";

interface Props {
  readonly review: Review;
  readonly choices: readonly ActionChoice[];
  readonly steer: RunSteering;
  readonly disabled: boolean;
  readonly onChange: (choices: readonly ActionChoice[]) => void;
  /** Hears of a click that decides all there is. */
  readonly onDecide: (choices: readonly ActionChoice[]) => void;
}

/** Decisions that need nothing beside themselves. */
const COMPLETE: readonly Decision[] = ["approve", "ignore"];

/** One decision for each call that an agent wants to make. */
export function ReviewForm({ review, choices, steer, disabled, onChange, onDecide }: Props): JSX.Element {
  useEffect(() => steer.loadTools(), [steer]);
  const change = (nth: number, choice: ActionChoice) =>
    onChange(choices.map((each, index) => (index === nth ? choice : each)));
  const decide = (nth: number, decision: Decision) => {
    const action = review.actions[nth] as ReviewAction;
    const choice = choices[nth] as ActionChoice;
    if (COMPLETE.includes(decision) && choices.length === 1) return onDecide([{ ...choice, decision }]);
    if (choice.decision === decision) return change(nth, { ...choice, decision: null });
    const schema = argumentSchema(action, steer);
    change(nth, { ...choice, decision, ...(decision === "edit" ? { schema } : {}) });
  };
  return (
    <div class="lgj-review">
      {review.actions.map((action, nth) => (
        <ActionForm
          key={nth}
          action={action}
          choice={choices[nth] ?? undecidedChoice(action)}
          disabled={disabled}
          onChange={(choice) => change(nth, choice)}
          onDecide={(decision) => decide(nth, decision)}
        />
      ))}
    </div>
  );
}

interface ActionProps {
  readonly action: ReviewAction;
  readonly choice: ActionChoice;
  readonly disabled: boolean;
  readonly onChange: (choice: ActionChoice) => void;
  readonly onDecide: (decision: Decision) => void;
}

function ActionForm(props: ActionProps): JSX.Element {
  const { action, choice, disabled, onDecide } = props;
  const { name, args, description, allowed } = action;
  return (
    <section role="group" class="lgj-action" aria-label={REVIEW.call(name)}>
      <b class="lgj-action-name">{name}</b>
      {isInformativeDescription(action) ? <p class="lgj-about">{description}</p> : null}
      {choice.decision === "edit" ? null : <ArgumentList value={args} />}
      <div class="lgj-choices" role="group" aria-label={REVIEW.decision(name)}>
        {allowed.map((decision) => (
          <button
            key={decision}
            type="button"
            class={`lgj-button ${choice.decision === decision ? "lgj-chosen" : ""}`}
            aria-pressed={choice.decision === decision}
            disabled={disabled}
            onClick={() => onDecide(decision)}
          >
            {REVIEW.decisions[decision]}
          </button>
        ))}
      </div>
      <Details {...props} />
    </section>
  );
}

/** What a decision needs beside itself. */
function Details({ action, choice, disabled, onChange }: ActionProps): JSX.Element | null {
  const rejects = choice.decision === "reject";
  switch (choice.decision) {
    case "edit":
      return <ArgumentFields action={action} choice={choice} disabled={disabled} onChange={onChange} />;
    case "reject":
    case "respond":
      return (
        <TextArea
          label={rejects ? REVIEW.reason : REVIEW.result(action.name)}
          placeholder={rejects ? REVIEW.reasonField : REVIEW.resultField}
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
function isInformativeDescription({ name, description }: ReviewAction): boolean {
  return description !== "" && !description.includes(`\n\nTool: ${name}\nArgs: `);
}
