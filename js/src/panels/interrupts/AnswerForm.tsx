import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { InterruptRow, Json } from "../../core/schema";
import { SchemaForm } from "../../form/SchemaForm";
import { findProblems } from "../../form/validate";
import { sendIfComplete } from "../../steer/sendIfComplete";
import { type AnswerDraft, draftOfOption, emptyDraft, answerOutcomeOf } from "../../steer/answerDrafts";
import { optionsOfSchema } from "../../steer/answerOptions";
import type { RunSteering } from "../../steer/runSteering";
import { ANSWER, INTERRUPTS } from "../../texts/interrupts";
import { FreeAnswerField } from "./FreeAnswerField";
import { OptionButtons } from "./OptionButtons";
import { ReviewForm } from "./ReviewForm";

interface Props {
  readonly row: InterruptRow;
  readonly question: Json;
  readonly schema: Json;
  readonly steer: RunSteering;
  readonly oneOfMany: boolean;
}

/** A way to answer a question, of the form that it asks for. */
export function AnswerForm({ row, question, schema, steer, oneOfMany }: Props): JSX.Element {
  const id = row.interrupt_id;
  const disabled = !steer.awaits(row);
  const given = steer.draftOf(id) ?? emptyDraft(question, schema);
  useEffect(() => {
    if (!steer.draftOf(id)) steer.setDraft(id, emptyDraft(question, schema));
  }, [steer, id]);
  const change = (next: AnswerDraft) => steer.setDraft(id, { ...next, touched: true });
  const send = () => {
    const outcome = answerOutcomeOf(given);
    if (outcome.ready) steer.sending.sendNow({ [id]: outcome.answer });
  };
  return (
    <div class="lgj-answering">
      <Fields
        given={given}
        steer={steer}
        disabled={disabled}
        label={ANSWER.to(row.node ?? INTERRUPTS.graph)}
        onChange={change}
        onDecide={(next) => (oneOfMany ? change(next) : sendIfComplete(steer, new Map([[id, next]])))}
        onSend={oneOfMany ? null : send}
      />
      {oneOfMany && given.touched ? (
        <button
          type="button"
          class="lgj-link"
          onClick={() => steer.setDraft(id, emptyDraft(question, schema))}
        >
          {ANSWER.later}
        </button>
      ) : null}
    </div>
  );
}

interface FieldsProps {
  readonly given: AnswerDraft;
  readonly steer: RunSteering;
  readonly disabled: boolean;
  readonly label: string;
  readonly onChange: (given: AnswerDraft) => void;
  /** Hears of a click that is the whole answer. */
  readonly onDecide: (given: AnswerDraft) => void;
  readonly onSend: (() => void) | null;
}

function Fields(props: FieldsProps): JSX.Element {
  const { given, steer, disabled, label, onChange, onDecide } = props;
  switch (given.kind) {
    case "review":
      return (
        <ReviewForm
          review={given.review}
          choices={given.choices}
          steer={steer}
          disabled={disabled}
          onChange={(choices) => onChange({ ...given, choices })}
          onDecide={(choices) => onDecide({ ...given, choices })}
        />
      );
    case "form":
      return <Form given={given} disabled={disabled} onChange={onChange} onDecide={onDecide} />;
    default:
      return (
        <>
          <OptionButtons
            label={label}
            options={given.options}
            value={given.kind === "text" ? given.text : given.value}
            disabled={disabled}
            onChoose={(option) => onDecide(draftOfOption(option, given.options))}
          />
          <FreeAnswerField
            given={given}
            disabled={disabled}
            label={label}
            onChange={onChange}
            onSend={props.onSend}
          />
        </>
      );
  }
}

type FormDraft = Extract<AnswerDraft, { kind: "form" }>;

/** Fields for what the schema asks for; buttons where that is one of a few values. */
function Form(props: Pick<FieldsProps, "disabled" | "onChange" | "onDecide"> & { given: FormDraft }) {
  const { given, disabled, onChange, onDecide } = props;
  const options = optionsOfSchema(given.schema);
  return options ? (
    <OptionButtons
      label={ANSWER.answer}
      options={options}
      value={given.touched ? given.value : undefined}
      disabled={disabled}
      onChoose={(value) => onDecide({ ...given, value: value as typeof given.value })}
    />
  ) : (
    <SchemaForm
      schema={given.schema}
      value={given.value}
      errors={given.touched ? findProblems(given.schema, given.value) : []}
      disabled={disabled}
      label={ANSWER.answer}
      onChange={(value) => onChange({ ...given, value })}
    />
  );
}
