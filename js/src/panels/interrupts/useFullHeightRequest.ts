import { useLayoutEffect } from "preact/hooks";
import { requestMoreHeight } from "../../steer/showRequests";

/** Asks the frame to be so high that all of a list is seen, as long as that is wanted. */
export function useFullHeightRequest(box: { readonly current: HTMLElement | null }, wanted: boolean): void {
  useLayoutEffect(() => {
    const scroller = box.current?.querySelector(".lgj-scroll");
    const items = scroller?.querySelector(".lgj-scroll-items");
    if (!wanted || !scroller || !items || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => {
      const hidden = scroller.scrollHeight - scroller.clientHeight;
      if (hidden > 0) requestMoreHeight(scroller, hidden);
    });
    observer.observe(scroller);
    observer.observe(items);
    return () => {
      observer.disconnect();
      requestMoreHeight(scroller, 0);
    };
  }, [wanted]);
}
