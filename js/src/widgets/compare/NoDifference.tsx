import type { JSX } from "preact";

/** Nothing differs, or there is nothing that could. */
export function NoDifference({
  some,
  same,
  none,
}: {
  some: boolean;
  same: string;
  none: string;
}): JSX.Element {
  return (
    <div class="lgj-empty" role="note">
      {some ? same : none}
    </div>
  );
}
