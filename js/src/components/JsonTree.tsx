import type { JSX } from "preact";
import { previewValue } from "../core/format";
import { useModule } from "../hooks/module";
import type * as tree from "./ValueTree";

/** Any JSON value as what it is, in all panels; its beginning until the module that draws it is here. */
export function JsonTree(props: tree.Props): JSX.Element {
  const { module } = useModule<typeof tree>("value");
  if (module) return <module.ValueTree {...props} />;
  return <code class="lgj-beginning">{previewValue(props.value, 400)}</code>;
}
