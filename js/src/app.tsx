// The frame: header, what to know, tabs, the open panel, and an edge to pull. Its height is fixed from the
// first moment, so that a run never moves the page.

import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Header, Notices } from "./components/Header";
import { ResizeHandle } from "./components/ResizeHandle";
import { Tabs } from "./components/Tabs";
import { runIsUnknown, useStore } from "./hooks";
import { type Panel, PANELS } from "./panels";
import { recall, remember } from "./settings";
import { keepKeys } from "./shortcuts";

const HEIGHT = { usual: 420, min: 200, max: 1600 };

let views = 0;

export function App({ only }: { only: string | null }): JSX.Element {
  const [scope] = useState(() => {
    views += 1;
    return `lgj-${views}`;
  });
  const [height, setHeight] = useState(() => recall("height", HEIGHT.usual, HEIGHT.min, HEIGHT.max));
  const root = useRef<HTMLElement>(null);
  const label = useStore(["summary"], ({ summary }) => `LangGraph run of ${summary.target || "a graph"}`);
  useLayoutEffect(() => {
    const stop = new AbortController();
    if (root.current) keepKeys(root.current, stop.signal);
    return () => stop.abort();
  }, []);
  const lost = useStore(["summary", "link"], runIsUnknown);
  const resize = (pixels: number) => {
    setHeight(pixels);
    remember("height", pixels);
  };
  return (
    <section
      class={lost ? "lgj-root lgj-lost" : "lgj-root"}
      aria-label={label}
      style={{ height: `${height}px` }}
      ref={root}
    >
      <HiddenRecord />
      <Header />
      <Notices />
      <Panels scope={scope} only={only} />
      <ResizeHandle height={height} onHeight={resize} min={HEIGHT.min} max={HEIGHT.max} />
    </section>
  );
}

function Panels({ scope, only }: { scope: string; only: string | null }): JSX.Element {
  const panels = only === null ? PANELS : PANELS.filter((panel) => panel.id === only);
  const [selected, select] = useState((panels[0] ?? (PANELS[0] as Panel)).id);
  const panel = PANELS.find((candidate) => candidate.id === selected) as Panel;
  const counts = useStore([...new Set(panels.flatMap((each) => each.topics))], (store) =>
    panels.map((each) => each.count(store)).join(" "),
  ).split(" ");
  const tabs = panels
    .map(({ id, title, optional = false }, index) => ({ id, title, optional, count: Number(counts[index]) }))
    .filter(({ id, optional, count }) => !optional || count > 0 || id === selected);
  return (
    <>
      {only === null ? <Tabs tabs={tabs} selected={selected} onSelect={select} scope={scope} /> : null}
      <div
        class={`lgj-panel lgj-panel-${panel.id}`}
        role="tabpanel"
        id={`${scope}-panel`}
        aria-label={panel.title}
        key={panel.id}
      >
        <panel.View />
      </div>
    </>
  );
}

/** The run's static record stands beside this view for when there is none: both at once would be too much. */
function HiddenRecord(): JSX.Element | null {
  const record = useStore(["summary", "link"], ({ summary, last }) => (last > 0 ? summary.record : null));
  if (record === null || !/^[\w-]+$/.test(record)) return null;
  return <style>{`.${record} { display: none }`}</style>;
}
