import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { HELP } from "../texts/help";
import { Icon, type IconName } from "./Icon";
import "./Help.css";

/** What keys do and what marks mean, above the panels until it is closed. */
export function Help({ onClose }: { onClose: () => void }): JSX.Element {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    button.current?.focus();
    return () => (before as HTMLElement | null)?.focus?.({ preventScroll: true });
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" && event.key !== "?") return;
    event.preventDefault();
    onClose();
  };
  return (
    <div class="lgj-help" role="dialog" aria-label={HELP.title} tabIndex={-1} onKeyDown={onKeyDown}>
      <div class="lgj-help-head">
        <b>{HELP.title}</b>
        <button type="button" class="lgj-tool" aria-label={HELP.close} onClick={onClose} ref={button}>
          <Icon name="cross" />
        </button>
      </div>
      <div class="lgj-help-lists">
        <section aria-label={HELP.keys.title}>
          <h3>{HELP.keys.title}</h3>
          <dl>
            {HELP.keys.entries.map(([keys, text]) => [
              <dt key={keys}>
                <kbd>{keys}</kbd>
              </dt>,
              <dd key={text}>{text}</dd>,
            ])}
          </dl>
        </section>
        <section aria-label={HELP.marks.title}>
          <h3>{HELP.marks.title}</h3>
          <dl>
            {HELP.marks.entries.map(([mark, text]) => [
              <dt key={mark}>
                {mark in SHAPES ? <HelpMark mark={mark} /> : <Icon name={mark as IconName} />}
              </dt>,
              <dd key={text}>{text}</dd>,
            ])}
          </dl>
        </section>
      </div>
    </div>
  );
}

/** Marks that are no icons. */
const SHAPES = { node: "\u25a0", first: "\u25bc", checkpoint: "\u25c6", half: "\u25e7" } as const;

function HelpMark({ mark }: { mark: string }): JSX.Element {
  return <span aria-hidden="true">{SHAPES[mark as keyof typeof SHAPES]}</span>;
}
