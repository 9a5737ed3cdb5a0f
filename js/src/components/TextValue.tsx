import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { parseJsonText } from "../core/jsonText";
import { ClippedText } from "./ClippedText";
import { JsonTree } from "./JsonTree";

/** What a tool gave as a text: a tree or a table if it is JSON, else the text. */
export function TextValue({ text }: { text: string }): JSX.Element {
  const json = useMemo(() => parseJsonText(text), [text]);
  return json === undefined ? <ClippedText text={text} /> : <JsonTree value={json} open={2} />;
}
