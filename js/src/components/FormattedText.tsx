import type { JSX } from "preact";
import { useModule } from "../hooks/module";
import type * as markdown from "./Markdown";
import "./text.css";

/** A text as Markdown, and as it is until the module that reads Markdown is here. */
export function FormattedText({ text }: { text: string }): JSX.Element {
  const { module } = useModule<typeof markdown>("markdown");
  return module ? <module.Markdown text={text} /> : <div class="lgj-text">{text}</div>;
}
