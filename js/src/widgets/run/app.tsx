// The frame: header, what to know, the filter, one or two panels behind tabs, and an edge to pull. Its height
// is fixed from the first moment, so that a run never moves the page.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Divider } from "../../components/Divider";
import { FilterBar } from "../../components/FilterBar";
import { HiddenRecord } from "../../components/HiddenRecord";
import { Icon } from "../../components/Icon";
import { Notices } from "../../components/Notices";
import { ResizeHandle } from "../../components/ResizeHandle";
import { SelectionPill } from "../../components/SelectionPill";
import { type Tab, Tabs } from "../../components/Tabs";
import { Pace } from "../../core/pace";
import { recall, recallChoice, remember } from "../../core/settings";
import { runIsUnknown } from "../../core/store";
import { PanelContext, useView } from "../../hooks/context";
import { useElementId } from "../../hooks/ids";
import { useFilter } from "../../hooks/narrowing";
import { useKernelSearch } from "../../hooks/search";
import { isField, useKeptKeys } from "../../hooks/shortcuts";
import { useStore, useWidth } from "../../hooks/store";
import { PANELS, type Panel } from "../../panels";
import { isFiltering } from "../../state/filter";
import { ResumeBar } from "../../steer/ResumeBar";
import { hearPanels } from "../../steer/show";
import { useAttention } from "./attention";
import { Header } from "./Header";
import { type Chosen, choose, SHARE, SIDE_BY_SIDE, type Side } from "./layout";
import "./app.css";

const HEIGHT = { usual: 440, min: 200, max: 1600 };

const FIRST: Chosen = { left: "tokens", right: "timeline" };

export function App({ only }: { only: string | null }): JSX.Element {
  const scope = useElementId("lgj");
  const [height, setHeight] = useState(() => recall("height", HEIGHT.usual, HEIGHT.min, HEIGHT.max));
  const root = useRef<HTMLElement>(null);
  const label = useStore(["summary"], ({ summary }) => `LangGraph run of ${summary.target || "a graph"}`);
  useKeptKeys(root);
  const lost = useStore(["summary", "link"], runIsUnknown);
  const { selection } = useView();
  const bar = useFilterBar();
  useKernelSearch();
  const resize = (pixels: number) => {
    setHeight(pixels);
    remember("height", pixels);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && !isTyping(event.target)) selection.set(null);
    else if (event.key === "/" && !isField(event.target)) {
      event.preventDefault();
      bar.show(true);
      requestAnimationFrame(() => root.current?.querySelector<HTMLElement>(".lgj-search input")?.focus());
    }
  };
  return (
    <section
      class={lost ? "lgj-root lgj-lost" : "lgj-root"}
      aria-label={label}
      style={{ height: `${height}px` }}
      ref={root}
      tabIndex={-1} // so that a click anywhere in it brings its keys here
      onKeyDown={onKeyDown}
    >
      <HiddenRecord />
      <Header />
      <Notices />
      {only === null ? <ResumeBar /> : null}
      {bar.shown ? <FilterBar id={`${scope}-filter`} /> : null}
      <Panes scope={scope} only={only} tools={<FilterToggle bar={bar} controls={`${scope}-filter`} />} />
      <SelectionPill />
      <ResizeHandle height={height} onHeight={resize} min={HEIGHT.min} max={HEIGHT.max} />
    </section>
  );
}

/** Escape in a field with a text in it is for the text. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type !== "checkbox" && target.value !== "";
}

interface Bar {
  readonly shown: boolean;
  readonly filtering: boolean;
  readonly show: (shown: boolean) => void;
}

/** The filter stays in sight while it narrows, unless the reader puts it away. */
function useFilterBar(): Bar {
  const [filter] = useFilter();
  const [chosen, choose] = useState<boolean | null>(() => (recall("filter", 0, 0, 1) === 1 ? true : null));
  const filtering = isFiltering(filter);
  const show = (shown: boolean) => {
    choose(shown);
    remember("filter", shown ? 1 : 0);
  };
  return { shown: chosen ?? filtering, filtering, show };
}

function FilterToggle({ bar, controls }: { bar: Bar; controls: string }): JSX.Element {
  return (
    <button
      type="button"
      class={`lgj-tool ${bar.filtering ? "lgj-tool-on" : ""}`}
      aria-expanded={bar.shown}
      aria-controls={controls}
      title="Narrow all panels by text, node, namespace, step or tag ( / )"
      onClick={() => bar.show(!bar.shown)}
    >
      <Icon name="filter" />
      {bar.filtering ? "Filtered" : "Filter"}
    </button>
  );
}

/** One panel, or two side by side where the frame is wide enough and the reader does not say otherwise. */
function Panes(props: { scope: string; only: string | null; tools: ComponentChildren }): JSX.Element {
  const { scope, only, tools } = props;
  const box = useRef<HTMLDivElement>(null);
  const isWide = useWidth(box) >= SIDE_BY_SIDE && only === null;
  const [split, setSplit] = useState(() => recall("split", 1, 0, 1) === 1);
  const [share, setShare] = useState(() => recall("share", SHARE.usual, SHARE.min, SHARE.max));
  const [chosen, setChosen] = useState<Chosen>(() => rememberedPanels(only));
  const two = isWide && split;
  const touched = useAttention(chosen, two, setChosen, only === null);
  const select = (side: Side) => (id: string) => {
    const next = choose(chosen, side, id);
    touched();
    setChosen(next);
    if (two) rememberPanels(next);
  };
  useEffect(() => {
    const root = box.current?.closest(".lgj-root");
    if (!root || only !== null) return;
    return hearPanels(root, (id) => {
      if (chosen.left !== id && (chosen.right !== id || !two)) select(two ? "right" : "left")(id);
    });
  }, [chosen, two, only]);
  const toggle = isWide ? (
    <SplitToggle
      split={split}
      onSplit={(on) => {
        setSplit(on);
        remember("split", on ? 1 : 0);
      }}
    />
  ) : null;
  const move = (next: number) => {
    setShare(next);
    remember("share", next);
  };
  const all = (
    <>
      {tools}
      {toggle}
    </>
  );
  return (
    <div class="lgj-panes" ref={box} style={{ "--lgj-share": two ? share : 1 }}>
      <Pane
        scope={`${scope}-left`}
        label={two ? "Left panel" : "Panels"}
        only={only}
        selected={chosen.left}
        onSelect={select("left")}
        tools={two ? null : all}
      />
      {two ? (
        <>
          <Divider share={share} onShare={move} min={SHARE.min} max={SHARE.max} />
          <Pane
            scope={`${scope}-right`}
            label="Right panel"
            only={null}
            selected={chosen.right}
            onSelect={select("right")}
            tools={all}
          />
        </>
      ) : null}
    </div>
  );
}

/** What a reader has side by side; a panel that not every run has is none to begin with. */
function rememberPanels(chosen: Chosen): void {
  for (const side of ["left", "right"] as const) {
    const panel = PANELS.find(({ id }) => id === chosen[side]);
    if (panel && !panel.optional) remember(`panel-${side}`, panel.id);
  }
}

function rememberedPanels(only: string | null): Chosen {
  const ids = PANELS.map(({ id }) => id);
  if (only !== null) return { ...FIRST, left: ids.includes(only) ? only : FIRST.left };
  const left = recallChoice("panel-left", FIRST.left, ids);
  const right = recallChoice("panel-right", FIRST.right, ids);
  return left === right ? FIRST : { left, right };
}

function SplitToggle({ split, onSplit }: { split: boolean; onSplit: (on: boolean) => void }): JSX.Element {
  return (
    <button
      type="button"
      class={`lgj-tool ${split ? "lgj-tool-on" : ""}`}
      aria-pressed={split}
      title={split ? "Show one panel" : "Show two panels side by side"}
      onClick={() => onSplit(!split)}
    >
      <Icon name="columns" />
      <span class="lgj-sr">Side by side</span>
    </button>
  );
}

interface PaneProps {
  readonly scope: string;
  readonly label: string;
  readonly only: string | null;
  readonly selected: string;
  readonly onSelect: (id: string) => void;
  readonly tools: ComponentChildren;
}

/** Tabs and the panel that is chosen; the others are not drawn. */
function Pane({ scope, label, only, selected, onSelect, tools }: PaneProps): JSX.Element {
  const tabs = useTabs(selected);
  const panel = PANELS.find((candidate) => candidate.id === selected) ?? (PANELS[0] as Panel);
  const view = useMemo(() => <FramedPanel panel={panel} />, [panel]); // not drawn anew with the tabs
  return (
    <div class="lgj-pane">
      <div class="lgj-tab-row">
        {only === null ? (
          <Tabs label={label} tabs={tabs} selected={panel.id} onSelect={onSelect} scope={scope} />
        ) : (
          <b class="lgj-only">{panel.title}</b>
        )}
        {tools ? <div class="lgj-tools">{tools}</div> : null}
      </div>
      <div
        class={`lgj-panel lgj-panel-${panel.id}`}
        role="tabpanel"
        id={`${scope}-panel`}
        aria-label={panel.title}
        key={panel.id}
      >
        {view}
      </div>
    </div>
  );
}

function FramedPanel({ panel: { id, View } }: { panel: Panel }): JSX.Element {
  const [frame] = useState(() => ({ id, pace: new Pace() }));
  return (
    <PanelContext.Provider value={frame}>
      <View />
    </PanelContext.Provider>
  );
}

function useTabs(selected: string): readonly Tab[] {
  const counts = useStore([...new Set(PANELS.flatMap((each) => each.topics))], (store) =>
    PANELS.map((each) => `${each.count(store)}/${each.waits?.(store) ?? 0}`).join(" "),
  ).split(" ");
  return PANELS.map(({ id, title, optional = false }, index) => ({
    id,
    title,
    optional,
    count: Number(counts[index]?.split("/")[0]),
    waits: Number(counts[index]?.split("/")[1]),
  })).filter(({ id, optional, count }) => !optional || count > 0 || id === selected);
}
