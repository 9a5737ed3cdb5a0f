// The answer to a question that has no schema: a text as it is typed, or a value.

import type { JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Problem } from "../../components/Problem";
import type { Json } from "../../core/schema";
import { AttachmentDropZone } from "../../form/AttachmentDropZone";
import { JsonField } from "../../form/JsonField";
import { InvalidInput } from "../../form/schema";
import { TextArea } from "../../form/TextArea";
import { useView } from "../../hooks/context";
import { type FreeDraft, isEmptyText, answerOutcomeOf, switchDraftKind } from "../../steer/answerDrafts";
import { ANSWER } from "../../texts/interrupts";

interface Props<G extends FreeDraft = FreeDraft> {
  readonly given: G;
  readonly disabled: boolean;
  readonly label: string;
  readonly onChange: (given: FreeDraft) => void;
  /** Sends what was typed; null where other questions wait beside this one. */
  readonly onSend: (() => void) | null;
}

export function FreeAnswerField(props: Props): JSX.Element {
  const { given, disabled, onChange } = props;
  return (
    <div class="lgj-field-body">
      {given.kind === "text" ? (
        <TextField {...props} given={given} />
      ) : (
        <ValueField {...props} given={given} />
      )}
      <p class="lgj-hint">
        {answerFormText(given)}
        <button
          type="button"
          class="lgj-link"
          disabled={disabled}
          onClick={() => onChange(switchDraftKind(given))}
        >
          {given.kind === "text" ? ANSWER.giveValue : ANSWER.giveText}
        </button>
      </p>
    </div>
  );
}

function answerFormText(given: FreeDraft): string {
  if (given.kind === "value") return ANSWER.asValue;
  return given.attachments?.length ? ANSWER.asBlocks : ANSWER.asText;
}

/** Enter sends, Shift+Enter begins a line, as in a chat. */
function TextField(props: Props<Extract<FreeDraft, { kind: "text" }>>): JSX.Element {
  const { given, disabled, label, onChange, onSend } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    const { key, shiftKey, ctrlKey, metaKey, altKey, isComposing } = event;
    if (key !== "Enter" || shiftKey || ctrlKey || metaKey || altKey || isComposing) return;
    if (onSend === null) return;
    event.preventDefault();
    if (!isEmptyText(given) && !disabled) onSend();
  };
  return (
    <AttachmentDropZone
      attachments={given.attachments ?? []}
      disabled={disabled}
      onChange={(attachments) => onChange({ ...given, attachments })}
    >
      <TextArea
        label={label}
        placeholder={given.options.length > 0 ? ANSWER.other : onSend ? ANSWER.keys : ""}
        value={given.text}
        disabled={disabled}
        onText={(text) => onChange({ ...given, text })}
        onKeyDown={onKeyDown}
      />
    </AttachmentDropZone>
  );
}

const PAUSE = 350; // milliseconds without a key, before the kernel is called to read a text

function unparsedTextOf({ value }: Extract<FreeDraft, { kind: "value" }>): string | null {
  return value instanceof InvalidInput ? value.text : null;
}

/** JSON or a Python literal; what the page cannot read, the kernel may. */
function ValueField(props: Props<Extract<FreeDraft, { kind: "value" }>>): JSX.Element {
  const { given, disabled, label, onChange } = props;
  const { call } = useView();
  const about = useId();
  const unparsed = unparsedTextOf(given);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (unparsed === null || given.parsed?.text === unparsed) return;
    const setParsed = (value: Json, problem: string | null) => {
      const now = latest.current;
      if (unparsedTextOf(now.given) !== unparsed) return; // something else was typed since
      now.onChange({ ...now.given, parsed: { text: unparsed, value, problem } });
    };
    const timer = setTimeout(() => {
      call("literal", { text: unparsed }).then(
        ({ value }) => setParsed(value, null),
        (error: Error) => setParsed(null, error.message),
      );
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [unparsed]);
  const outcome = answerOutcomeOf(given);
  const wrong = unparsed !== null && given.parsed?.text === unparsed && !outcome.ready;
  return (
    <>
      <JsonField
        label={label}
        placeholder={ANSWER.example}
        value={given.value}
        disabled={disabled}
        invalid={wrong}
        describedBy={about}
        onChange={(value) => onChange({ ...given, value })}
      />
      <p class="lgj-hint" id={about}>
        {wrong ? <Problem text={outcome.problem} /> : null}
      </p>
    </>
  );
}
