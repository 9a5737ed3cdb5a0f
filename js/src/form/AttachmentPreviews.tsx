import type { JSX } from "preact";
import { Icon } from "../components/Icon";
import { type Block, describeBlocks } from "../core/blocks";
import type { Json } from "../core/schema";
import { ATTACH } from "../texts/form";
import "./AttachmentPreviews.css";

interface Props {
  /** Content blocks that hold images and files. */
  readonly blocks: readonly Json[];
  readonly onRemove?: (index: number) => void;
}

/** Images and files of a message: a thumbnail, or what it is. */
export function AttachmentPreviews({ blocks, onRemove }: Props): JSX.Element | null {
  if (blocks.length === 0) return null;
  return (
    <ul class="lgj-attached" aria-label={ATTACH.name}>
      {blocks.map((each, index) => {
        const [block] = describeBlocks([each]);
        const label = labelOf(block);
        return (
          <li key={index} class="lgj-attachment" title={label}>
            {block?.kind === "image" ? <img src={block.src} alt="" /> : <Icon name="file" />}
            <span class="lgj-clip">{label}</span>
            {onRemove ? (
              <button
                type="button"
                class="lgj-quiet-button"
                aria-label={ATTACH.remove(label)}
                onClick={() => onRemove(index)}
              >
                <Icon name="cross" />
              </button>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

function labelOf(block: Block | undefined): string {
  return block && "label" in block ? block.label : ATTACH.file;
}
