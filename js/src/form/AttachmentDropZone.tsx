import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Icon } from "../components/Icon";
import { Problem } from "../components/Problem";
import { ATTACH } from "../texts/form";
import { AttachmentPreviews } from "./AttachmentPreviews";
import type { Attachment } from "./attachment";
import { addFiles } from "./attachments";
import "./AttachmentDropZone.css";

interface Props {
  readonly attachments: readonly Attachment[];
  readonly disabled?: boolean;
  readonly onChange: (attachments: readonly Attachment[]) => void;
  /** The field for the text. */
  readonly children: ComponentChildren;
}

/** A field for a message that takes images and files: chosen, pasted or dropped. */
export function AttachmentDropZone({
  attachments,
  disabled = false,
  onChange,
  children,
}: Props): JSX.Element {
  const picker = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const latest = useRef({ attachments, onChange });
  latest.current = { attachments, onChange };
  const reading = useRef(Promise.resolve());
  const add = (files: FileList | null | undefined) => {
    if (disabled || !files?.length) return;
    const chosen = [...files];
    // One after the other, to what is there by then: the text goes on to be typed while files are read.
    reading.current = reading.current.then(async () => {
      const done = await addFiles(chosen, latest.current.attachments);
      setProblem(done.problem);
      if (done.problem === null) latest.current.onChange(done.attachments);
    });
  };
  const remove = (index: number) => {
    setProblem(null);
    onChange(attachments.filter((_, nth) => nth !== index));
  };
  return (
    <div
      class={`lgj-attachable ${over ? "lgj-attachable-over" : ""}`}
      onPaste={(event) => {
        if (!hasFiles(event.clipboardData) || event.clipboardData?.getData("text/plain")) return;
        event.preventDefault();
        add(event.clipboardData?.files);
      }}
      onDragOver={(event) => {
        if (disabled || !hasFiles(event.dataTransfer)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!hasFiles(event.dataTransfer)) return;
        event.preventDefault();
        event.stopPropagation();
        add(event.dataTransfer?.files);
      }}
      role="group"
      aria-label={ATTACH.field}
    >
      <div class="lgj-attach-line">
        {children}
        <button
          type="button"
          class="lgj-quiet-button"
          aria-label={ATTACH.attach}
          title={ATTACH.hint}
          disabled={disabled}
          onClick={() => picker.current?.click()}
        >
          <Icon name="clip" />
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          tabIndex={-1}
          aria-label={ATTACH.attach}
          onChange={(event) => {
            add(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
      </div>
      <AttachmentPreviews blocks={attachments} onRemove={remove} />
      <Problem text={problem} />
    </div>
  );
}

function hasFiles(data: DataTransfer | null): boolean {
  return data !== null && [...data.types].includes("Files");
}
