import type { ComponentChildren, JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Divider } from "../../components/Divider";
import { Icon } from "../../components/Icon";
import { type Tab, Tabs } from "../../components/Tabs";
import { formatCountWithNoun } from "../../core/format";
import { DrawPacer } from "../../core/pace";
import { isFinal } from "../../core/schema";
import { readSetting, writeSetting } from "../../core/settings";
import type { Store } from "../../core/store";
import { PanelContext, useView } from "../../hooks/context";
import { useStore, useElementWidth } from "../../hooks/store";
import { useDrawTurn } from "../../hooks/turn";
import { PANELS, type Panel } from "../../panels";
import { LazyResumeBar } from "../../steer/LazyResume";
import { onShowPanelRequest } from "../../steer/showRequests";
import { FRAME } from "../../texts/frame";
import { useChosenPanels } from "./chosenPanels";
import { SHARE, SIDE_BY_SIDE_WIDTH, type Side } from "./layout";

/** One panel, or two side by side where the frame is wide enough and the reader does not say otherwise. */
export function PanelPanes(props: {
  scope: string;
  only: string | null;
  tools: ComponentChildren;
}): JSX.Element {
  const { scope, only, tools } = props;
  const box = useRef<HTMLDivElement>(null);
  const isWide = useElementWidth(box) >= SIDE_BY_SIDE_WIDTH && only === null;
  const [split, setSplit] = useState(() => readSetting("split", 1, 0, 1) === 1);
  const [share, setShare] = useState(() => readSetting("share", SHARE.usual, SHARE.min, SHARE.max));
  const two = isWide && split;
  const [active, setActive] = useState<Side>("right"); // where the next panel opens
  const { chosen, select } = useChosenPanels(only, two, box);
  const open = two ? [chosen.left, chosen.right] : [chosen.left];
  const tabs = useTabs(open);
  useEffect(() => {
    const root = box.current?.closest(".lgj-root");
    if (!root || only !== null) return;
    return onShowPanelRequest(root, (id) => {
      if (!open.includes(id)) select(two ? "right" : "left", id);
    });
  }, [open.join(" "), two, only]);
  const toggle = isWide ? (
    <SplitToggle
      split={split}
      onSplit={(on) => {
        setSplit(on);
        writeSetting("split", on ? 1 : 0);
      }}
    />
  ) : null;
  const move = (next: number) => {
    setShare(next);
    writeSetting("share", next);
  };
  return (
    <>
      {only === null ? <LazyResumeBar inSight={open.includes("interrupts")} /> : null}
      <div class="lgj-tab-row">
        {only === null ? (
          <Tabs
            label={FRAME.panels}
            tabs={tabs}
            open={open}
            active={two ? SIDES.indexOf(active) : 0}
            onSelect={(id, place) => {
              setActive(SIDES[place] as Side);
              select(SIDES[place] as Side, id);
            }}
            scope={scope}
          />
        ) : (
          <b class="lgj-only">{panelOf(only).title}</b>
        )}
        <div class="lgj-tools">
          {tools}
          {toggle}
        </div>
      </div>
      <div class="lgj-panes" ref={box} style={{ "--lgj-share": two ? share : 1 }}>
        <Pane id={`${scope}-panel-0`} panel={panelOf(chosen.left)} />
        {two ? (
          <>
            <Divider share={share} onShare={move} min={SHARE.min} max={SHARE.max} />
            <Pane id={`${scope}-panel-1`} panel={panelOf(chosen.right)} />
          </>
        ) : null}
      </div>
    </>
  );
}

const SIDES: readonly Side[] = ["left", "right"];

function panelOf(id: string): Panel {
  return PANELS.find((panel) => panel.id === id) ?? (PANELS[0] as Panel);
}

function SplitToggle({ split, onSplit }: { split: boolean; onSplit: (on: boolean) => void }): JSX.Element {
  return (
    <button
      type="button"
      class={`lgj-tool ${split ? "lgj-tool-on" : ""}`}
      aria-pressed={split}
      title={split ? FRAME.onePanel : FRAME.twoPanels}
      onClick={() => onSplit(!split)}
    >
      <Icon name="columns" />
      <span class="lgj-sr">{FRAME.sideBySide}</span>
    </button>
  );
}

/** The panel that is chosen; the others are not drawn. */
function Pane({ id, panel }: { id: string; panel: Panel }): JSX.Element {
  const view = useMemo(() => <FramedPanel panel={panel} />, [panel]); // not drawn anew with the tabs
  return (
    <div class="lgj-pane">
      <div
        class={`lgj-panel lgj-panel-${panel.id}`}
        role="tabpanel"
        id={id}
        aria-label={panel.title}
        key={panel.id}
      >
        {view}
      </div>
    </div>
  );
}

function FramedPanel({ panel }: { panel: Panel }): JSX.Element {
  const { id, View } = panel;
  const [frame] = useState(() => ({ id, pace: new DrawPacer() }));
  const missing = useStore(["summary", "counts", "link"], (store) => countMissingRows(panel, store));
  const isOver = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const isDrawn = useDrawTurn(missing === 0, !isOver);
  return (
    <PanelContext.Provider value={frame}>
      {missing > 0 ? <Loading rows={formatCountWithNoun(missing, panel.noun)} /> : null}
      {isDrawn ? <View /> : null}
    </PanelContext.Provider>
  );
}

/** How many rows a run that is over has, by its summary, as long as they are not here. */
function countMissingRows({ count }: Panel, store: Store): number {
  return isFinal(store.summary.status) && !store.hasRows ? count(store) : 0;
}

function Loading({ rows }: { rows: string }): JSX.Element {
  const comes = useStore(["link"], ({ link }) => link.state === "waiting" || link.state === "catching-up");
  return (
    <p class="lgj-muted lgj-loading" role="status">
      {comes ? FRAME.loading(rows) : FRAME.notLoaded(rows)}
    </p>
  );
}

function useTabs(open: readonly string[]): readonly Tab[] {
  const counts = useStore([...new Set(PANELS.flatMap((each) => each.topics))], (store) =>
    PANELS.map((each) => `${each.count(store)}/${each.waits?.(store) ?? 0}`).join(" "),
  ).split(" ");
  const { panels } = useView().options;
  const all = PANELS.map(({ id, title, optional = false }, index) => ({
    id,
    title,
    optional,
    count: Number(counts[index]?.split("/")[0]),
    waits: Number(counts[index]?.split("/")[1]),
  })).filter(({ id, optional, count }) => !optional || count > 0 || open.includes(id));
  if (!panels) return all;
  const place = (id: string) => (panels.includes(id) ? panels.indexOf(id) : panels.length);
  return all
    .filter(({ id, waits }) => panels.includes(id) || open.includes(id) || waits > 0)
    .sort((a, b) => place(a.id) - place(b.id));
}
