import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { AttachmentDropZone } from "../../form/AttachmentDropZone";
import { TextArea } from "../../form/TextArea";
import { CHAT } from "../../texts/app";
import { useFormView, useFormSummary } from "./useForm";

interface Props {
  readonly disabled: boolean;
  readonly onSend: () => void;
}

/** Where a message is typed. Enter sends, Shift+Enter begins a line, ↑ brings back earlier messages. */
export function MessageComposer({ disabled, onSend }: Props): JSX.Element {
  const { drafts, held } = useFormView();
  const earlier = useFormSummary((summary) => summary.earlier);
  const at = useRef<number | null>(null); // how far back, counted from the newest
  const typed = useRef(""); // before the reader went back
  const messages = earlier.map((each) => each.message).filter((each) => each !== null);
  const go = (back: number | null) => {
    if (at.current === null) typed.current = held.message;
    at.current = back;
    drafts.set({ message: back === null ? typed.current : (messages[messages.length - 1 - back] ?? "") });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { shiftKey, ctrlKey, metaKey, altKey, key, isComposing } = event;
    if (isComposing || shiftKey || altKey) return;
    if (key === "Enter" && event.target instanceof HTMLTextAreaElement && !ctrlKey && !metaKey) {
      event.preventDefault();
      at.current = null;
      if (!disabled) onSend();
      return;
    }
    if (!(event.target instanceof HTMLTextAreaElement)) return;
    const field = event.target;
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
    <div class="lgj-composer" onKeyDown={onKeyDown} role="group" aria-label={CHAT.composer}>
      <AttachmentDropZone
        attachments={held.attachments}
        onChange={(attachments) => drafts.set({ attachments })}
      >
        <TextArea
          label={CHAT.message}
          placeholder={CHAT.keys}
          value={held.message}
          onText={(text) => drafts.set({ message: text })}
        />
      </AttachmentDropZone>
    </div>
  );
}
