import type { JSX } from "preact";
import { FIELD } from "../texts/form";
import { parseLiteral, formatLiteral } from "./literal";
import type { Draft } from "./schema";
import { TextArea } from "./TextArea";
import { useDraftText } from "./useDraftText";

interface Props {
  readonly value: Draft;
  readonly onChange: (value: Draft) => void;
  readonly label?: string | undefined;
  readonly id?: string | undefined;
  /** What is to stand in it, shown while it is empty. */
  readonly placeholder?: string;
  readonly invalid?: boolean;
  readonly disabled?: boolean;
  readonly describedBy?: string | undefined;
}

/** A value as JSON or as a Python literal. A text that is neither is an {@link InvalidInput} that says why. */
export function JsonField(props: Props): JSX.Element {
  const { value, onChange, label, placeholder = FIELD.json, ...rest } = props;
  const [text, type] = useDraftText(value, formatLiteral, parseLiteral, onChange);
  return <TextArea {...rest} label={label} code value={text} placeholder={placeholder} onText={type} />;
}
