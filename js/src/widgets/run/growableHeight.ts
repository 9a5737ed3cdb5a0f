import { useEffect, useRef, useState } from "preact/hooks";
import { onMoreHeightRequest } from "../../steer/showRequests";

const SHARE = 0.85; // of the page's height: the rest of the notebook stays in sight

type Height = readonly [height: number, resize: (pixels: number) => void];

/** The frame's height, more of it while a panel asks for room; whoever pulls its edge has the last word. */
export function useGrowableHeight(
  root: { readonly current: HTMLElement | null },
  [height, resize]: Height,
): Height {
  const [grown, setGrown] = useState(0);
  const pulled = useRef(false);
  useEffect(() => {
    const frame = root.current;
    if (!frame) return;
    return onMoreHeightRequest(frame, (detail) => {
      const missing = Number(detail);
      if (missing === 0) pulled.current = false;
      if (missing === 0 || pulled.current) setGrown(0);
      else setGrown(Math.min(frame.offsetHeight + missing, SHARE * window.innerHeight));
    });
  }, [root]);
  return [
    Math.max(height, grown),
    (pixels) => {
      pulled.current = grown > 0;
      setGrown(0);
      resize(pixels);
    },
  ];
}
