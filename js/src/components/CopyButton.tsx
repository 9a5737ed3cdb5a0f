import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./Icon";
import { VALUES } from "../texts/frame";

/** Copies what `text` gives, which may have to be fetched first. */
export function CopyButton({
  text,
  label = VALUES.copy,
}: {
  text: () => string | Promise<string>;
  label?: string;
}): JSX.Element {
  const [state, setState] = useState<"idle" | "done" | "failed">("idle");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    try {
      await copyToClipboard(await text());
      setState("done");
    } catch {
      setState("failed");
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setState("idle"), 1500);
  };
  const word = { idle: label, done: VALUES.copied, failed: VALUES.notCopied }[state];
  return (
    <button type="button" class="lgj-quiet-button" title={label} onClick={copy}>
      <Icon name={state === "done" ? "check" : state === "failed" ? "cross" : "copy"} />
      <span class={state === "idle" ? "lgj-sr" : ""} role="status">
        {word}
      </span>
    </button>
  );
}

async function copyToClipboard(text: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // A notebook served over plain http has no clipboard API.
  const area = document.createElement("textarea");
  area.value = text;
  area.style.cssText = "position:fixed;opacity:0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error(VALUES.mayNotCopy);
}
