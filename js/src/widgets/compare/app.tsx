// The frame of a comparison: what the two runs are, what is compared behind tabs, and an edge to pull.

import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { HiddenRecord } from "../../components/HiddenRecord";
import { Icon } from "../../components/Icon";
import { Notices } from "../../components/Notices";
import { ResizeHandle } from "../../components/ResizeHandle";
import { Tabs } from "../../components/Tabs";
import type { TableName } from "../../core/schema";
import { readChoiceSetting, writeSetting } from "../../core/settings";
import { useView } from "../../hooks/context";
import { useHeight } from "../../hooks/height";
import { useElementId } from "../../hooks/ids";
import { useKeysKeptFromNotebook } from "../../hooks/shortcuts";
import { useStore } from "../../hooks/store";
import { COMPARE, MESSAGES, NODES, PATH, STATES, TOOL_CALLS } from "../../texts/compare";
import { comparedOf, stateKeysOf, taskDiffers } from "./data";
import { MessagesPanel } from "./MessagesPanel";
import { PathPanel } from "./PathPanel";
import type { ComparePanel } from "./panel";
import { RunCards } from "./RunCards";
import { StatePanel } from "./StatePanel";
import { TasksPanel } from "./TasksPanel";
import { ToolCallsPanel } from "./ToolCallsPanel";
import "./app.css";

const HEIGHT = { usual: 460, min: 220, max: 1600 };

const PANELS: readonly ComparePanel[] = [
  { id: "state", title: STATES.title, count: (all) => stateKeysOf(all, false).length, View: StatePanel },
  {
    id: "messages",
    title: MESSAGES.title,
    count: (all) => countDiffering(all.messages),
    View: MessagesPanel,
  },
  {
    id: "tools",
    title: TOOL_CALLS.title,
    count: (all) => countDiffering(all.tool_calls),
    View: ToolCallsPanel,
  },
  {
    id: "path",
    title: PATH.title,
    count: (all) => all.path.filter((row) => row.in !== "both").length,
    View: PathPanel,
  },
  { id: "nodes", title: NODES.title, count: (all) => all.tasks.filter(taskDiffers).length, View: TasksPanel },
];

function countDiffering(rows: readonly { readonly same: boolean }[]): number {
  return rows.filter(({ same }) => !same).length;
}

export function CompareApp(): JSX.Element {
  const scope = useElementId("lgj-compare");
  const root = useRef<HTMLElement>(null);
  const [height, resize] = useHeight("compare-height", HEIGHT);
  const [all, setAll] = useState(false);
  const [selected, select] = useState(() =>
    readChoiceSetting(
      "compare-panel",
      "state",
      PANELS.map(({ id }) => id),
    ),
  );
  const { store, tools = null } = useView();
  const tables = Object.keys(store.tables) as TableName[]; // of two saved runs they come without a summary
  const last = useStore(["summary", "link", ...tables], (known) => known.last);
  const compared = useMemo(() => comparedOf(store), [store, last]);
  const tabs = useMemo(
    () => PANELS.map(({ id, title, count }) => ({ id, title, count: count(compared) })),
    [compared],
  );
  useKeysKeptFromNotebook(root);
  const choose = (id: string) => {
    select(id);
    writeSetting("compare-panel", id);
  };
  const { View, title } = PANELS.find(({ id }) => id === selected) ?? (PANELS[0] as ComparePanel);
  return (
    <section
      class="lgj-root lgj-compare"
      aria-label={COMPARE.region}
      style={{ height: `${height}px` }}
      ref={root}
      tabIndex={-1} // so that a click anywhere in it brings its keys here
    >
      <HiddenRecord />
      <RunCards runs={compared.runs} />
      <Notices />
      <div class="lgj-tab-row">
        <Tabs label={COMPARE.panels} tabs={tabs} open={[selected]} onSelect={choose} scope={scope} />
        <div class="lgj-tools">
          <button
            type="button"
            class={`lgj-tool ${all ? "" : "lgj-tool-on"}`}
            aria-pressed={!all}
            title={all ? COMPARE.hideSame : COMPARE.showSame}
            onClick={() => setAll(!all)}
          >
            <Icon name="filter" />
            {COMPARE.onlyDifferences}
          </button>
          {tools}
        </div>
      </div>
      <div class="lgj-panel" role="tabpanel" id={`${scope}-panel-0`} aria-label={title}>
        {last > 0 ? <View key={selected} compared={compared} all={all} /> : <Waiting />}
      </div>
      <ResizeHandle height={height} onHeight={resize} min={HEIGHT.min} max={HEIGHT.max} />
    </section>
  );
}

function Waiting(): JSX.Element {
  return (
    <div class="lgj-empty" role="note">
      {COMPARE.loading}
    </div>
  );
}
