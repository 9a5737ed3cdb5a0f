import type { ComponentChildren, JSX } from "preact";
import { isWebUrl } from "../core/links";
import "./WebLink.css";

/** A link if it leads to a page of the web, else its text. */
export function WebLink(props: { address: string | null; children: ComponentChildren }): JSX.Element {
  const { address, children } = props;
  if (address === null || !isWebUrl(address)) return <span>{children}</span>;
  return (
    <a class="lgj-web" href={address} target="_blank" rel="noopener noreferrer nofollow" title={address}>
      {children}
    </a>
  );
}
