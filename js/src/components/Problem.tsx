import type { JSX } from "preact";

/** What went wrong, if anything did: read out when it comes. */
export function Problem({ text }: { text: string | null }): JSX.Element | null {
  if (!text) return null;
  return (
    <span class="lgj-problem" role="alert">
      {text}
    </span>
  );
}
