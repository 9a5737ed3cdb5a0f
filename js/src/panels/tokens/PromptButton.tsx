import type { JSX } from "preact";
import { hasModifier, isTextField } from "../../hooks/shortcuts";
import { useStore } from "../../hooks/store";
import { CallButton } from "../../steer/CallButton";
import { MESSAGE } from "../../texts/tokens";

/** Opens the call that a message came of, in the panel of calls; nothing where none is known. */
export function PromptButton({ message }: { message: string }): JSX.Element | null {
  const isKnown = useStore(["model_calls"], ({ tables }) =>
    tables.model_calls.rows.some(({ message_id }) => message_id === message),
  );
  if (!isKnown) return null;
  return (
    <CallButton
      to={{ kind: "message", id: message }}
      label={MESSAGE.prompt}
      hint={MESSAGE.promptHint}
      class="lgj-quiet-button lgj-prompt"
    />
  );
}

/** The key "p" on a card does what its button does. */
export function onPromptKey(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const { key, target, currentTarget } = event;
  if (key !== "p" || hasModifier(event) || isTextField(target)) return;
  currentTarget.querySelector<HTMLElement>(".lgj-prompt")?.click();
}
