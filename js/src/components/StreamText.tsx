import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { formatByteSize } from "../core/format";
import { useView } from "../hooks/context";
import { VALUES } from "../texts/frame";
import { TextPainter } from "./painter";
import "./text.css";
import "./StreamText.css";

const TAIL = 24_000; // characters drawn of a long text until the reader asks for all

interface Props {
  readonly messageId: string;
  /** `text`, `reasoning` or `tool_call:<index>` */
  readonly kind: string;
  /** More may come: a cursor stands at the end. */
  readonly live: boolean;
  readonly class?: string;
}

/** A message's text as it comes. Drawn past Preact: what is new is appended, nothing is compared. */
export function StreamText({ messageId, kind, live, class: extra }: Props): JSX.Element {
  const { store } = useView();
  const host = useRef<HTMLDivElement>(null);
  const [all, setAll] = useState(false);
  const [hidden, setHidden] = useState(0);
  useLayoutEffect(() => {
    const text = store.textOf(messageId).textOfKind(kind);
    if (!host.current || !text) return;
    const painter = new TextPainter(host.current, all ? undefined : TAIL);
    const paint = () => setHidden(painter.paint(text));
    paint();
    return store.subscribe([`text:${messageId}`], paint);
  }, [store, messageId, kind, all]);
  return (
    <>
      {hidden > 0 ? (
        <button type="button" class="lgj-link lgj-earlier" onClick={() => setAll(true)}>
          {VALUES.showBefore(formatByteSize(hidden))}
        </button>
      ) : null}
      <div class={`lgj-text ${live ? "lgj-live" : ""} ${all ? "lgj-all" : ""} ${extra ?? ""}`} ref={host} />
    </>
  );
}
