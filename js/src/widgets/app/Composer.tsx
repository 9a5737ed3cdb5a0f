import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { TextArea } from "../../form/TextArea";
import { useForm, useFormSummary } from "./useForm";

interface Props {
  readonly disabled: boolean;
  readonly onSend: () => void;
}

/** Where a message is typed. Enter sends, Shift+Enter begins a line, ↑ brings back what was said before. */
export function Composer({ disabled, onSend }: Props): JSX.Element {
  const { drafts, held } = useForm();
  const earlier = useFormSummary((summary) => summary.earlier);
  const at = useRef<number | null>(null); // how far back, counted from the newest
  const messages = earlier.map((each) => each.said).filter((each) => each !== null);
  const go = (back: number | null) => {
    at.current = back;
    drafts.set({ message: back === null ? "" : (messages[messages.length - 1 - back] ?? "") });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { shiftKey, ctrlKey, metaKey, altKey, key, isComposing } = event;
    if (isComposing || shiftKey || altKey) return;
    if (key === "Enter" && !ctrlKey && !metaKey) {
      event.preventDefault();
      at.current = null;
      if (!disabled) onSend();
      return;
    }
    const field = event.target as HTMLTextAreaElement;
    const isAtStart = field.selectionStart === 0 && field.selectionEnd === 0;
    const unchanged = at.current !== null && held.message === messages[messages.length - 1 - at.current];
    if (key === "ArrowUp" && (isAtStart || unchanged)) {
      const back = at.current === null ? 0 : at.current + 1;
      if (back >= messages.length) return;
      event.preventDefault();
      go(back);
    } else if (key === "ArrowDown" && unchanged && at.current !== null) {
      event.preventDefault();
      go(at.current === 0 ? null : at.current - 1);
    }
  };
  return (
    <div class="lgj-composer" onKeyDown={onKeyDown} role="group" aria-label="Say something">
      <TextArea
        label="Message"
        placeholder="Enter sends, Shift+Enter begins a line, ↑ brings back what you said"
        value={held.message}
        onText={(text) => drafts.set({ message: text })}
      />
    </div>
  );
}
