import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useHostedWidgets } from "../hooks/hosted";
import { Problem } from "./Problem";

/** A widget that is drawn inside this one, by the id that the kernel gave it. */
export function HostedView({ id, hidden = false }: { id: string; hidden?: boolean }): JSX.Element {
  const hosted = useHostedWidgets();
  const place = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    setProblem(null);
    return hosted.draw(id, place.current as HTMLElement, setProblem);
  }, [id, hosted]);
  return (
    <div hidden={hidden}>
      <div ref={place} />
      <Problem text={problem} />
    </div>
  );
}
