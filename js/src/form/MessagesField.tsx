import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { FIELD, MESSAGES } from "../texts/form";
import { AttachmentDropZone } from "./AttachmentDropZone";
import type { Attachment } from "./attachment";
import { joinContent, splitContent } from "./attachments";
import { JsonField } from "./JsonField";
import { soleUserContentOf } from "./messages";
import type { Draft } from "./schema";
import { TextArea } from "./TextArea";

interface Props {
  readonly id: string;
  readonly value: Draft;
  readonly onChange: (value: Draft) => void;
  readonly placeholder: string;
  readonly invalid: boolean;
  readonly disabled: boolean;
}

/** Messages: one of the user as a text with images and files, others as JSON. */
export function MessagesField(props: Props): JSX.Element {
  const { id, value, onChange, disabled, invalid } = props;
  const content = value === undefined ? "" : soleUserContentOf(value);
  const said = content === null ? null : splitContent(content);
  const [asJson, setAsJson] = useState(said === null);
  const put = (text: string, attachments: readonly Attachment[]) => {
    const isEmpty = text === "" && attachments.length === 0;
    onChange(isEmpty ? undefined : [{ type: "human", content: joinContent(text, attachments) as Draft }]);
  };
  const toggle = (
    <button type="button" class="lgj-link" disabled={disabled} onClick={() => setAsJson(!asJson)}>
      {asJson ? MESSAGES.asText : MESSAGES.asJson}
    </button>
  );
  if (said === null || asJson) {
    return (
      <div class="lgj-field-body lgj-messages">
        <JsonField {...props} placeholder={FIELD.asJson(MESSAGES.list)} />
        {said === null ? null : toggle}
      </div>
    );
  }
  return (
    <div class="lgj-field-body lgj-messages">
      <AttachmentDropZone
        attachments={said.attachments}
        disabled={disabled}
        onChange={(attachments) => put(said.text, attachments)}
      >
        <TextArea
          id={id}
          invalid={invalid}
          disabled={disabled}
          placeholder={MESSAGES.placeholder}
          value={said.text}
          onText={(text) => put(text, said.attachments)}
        />
      </AttachmentDropZone>
      {toggle}
    </div>
  );
}
