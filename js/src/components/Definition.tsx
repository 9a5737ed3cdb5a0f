import type { ComponentChildren, JSX } from "preact";

interface Props {
  readonly name: string;
  readonly children: ComponentChildren;
}

/** A name and what it stands for, in a `<dl>`. */
export function Definition({ name, children }: Props): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
