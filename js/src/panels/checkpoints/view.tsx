import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Empty } from "../../components/Empty";
import { Icon } from "../../components/Icon";
import { NamespacePath } from "../../components/NodeName";
import { NothingShown } from "../../components/NothingShown";
import { statusLook } from "../../components/StatusBadge";
import { VirtualList } from "../../components/VirtualList";
import { formatCountWithNoun, formatTimeOfDay } from "../../core/format";
import { useDraft } from "../../hooks/drafts";
import { useNarrowing, useSelection } from "../../hooks/narrowing";
import { useTable } from "../../hooks/store";
import { branchNamesOf } from "../../steer/branchNames";
import type { Branch } from "../../steer/protocol";
import { requestShowRun } from "../../steer/showRequests";
import type { RunSteering } from "../../steer/runSteering";
import { useRunSteering } from "../../steer/useRunSteering";
import { CHECKPOINTS, CHECKPOINT_ROW } from "../../texts/checkpoints";
import { CheckpointDetails } from "./CheckpointDetails";
import { runStartsOf, type CheckpointItem, checkpointItemsOf, nextNodesText, laneCount } from "./data";
import { type CheckpointDraft, draftNameAt } from "./draft";
import { type FetchedHistory, useHistory } from "./history";
import { LaneLines } from "./LaneLines";
import "./view.css";

export function View(): JSX.Element {
  const { rows, version } = useTable("checkpoints");
  const narrowing = useNarrowing();
  const steer = useRunSteering();
  const fetched = useHistory(steer);
  const [subgraphs, setSubgraphs] = useState(false);
  const [opened, open] = useOpenCheckpoint();
  const self = steer.known?.run ?? null;
  const items = useMemo(
    () => checkpointItemsOf(fetched.history, rows, self, subgraphs, narrowing.shows),
    [fetched.history, rows, version, self, subgraphs, narrowing],
  );
  const inner = useMemo(() => rows.filter(({ namespace }) => namespace !== "").length, [rows, version]);
  const item = useMemo(() => {
    const all = opened === undefined ? [] : checkpointItemsOf(fetched.history, rows, self, true, () => true);
    return all.find(({ listed }) => listed.checkpoint_id === opened);
  }, [opened, fetched.history, rows, version, self]);
  if (item) {
    return (
      <CheckpointDetails
        key={item.listed.checkpoint_id}
        item={item}
        history={fetched.history}
        steer={steer}
        onBack={() => open(null)}
      />
    );
  }
  if (rows.length === 0 && (fetched.history?.rows.length ?? 0) === 0) {
    return <Empty explained waiting={CHECKPOINTS.waiting} none={CHECKPOINTS.none} />;
  }
  return (
    <div class="lgj-checkpoints">
      <HistoryBar
        fetched={fetched}
        inner={inner}
        subgraphs={subgraphs}
        onSubgraphs={setSubgraphs}
        again={fetched.again}
      />
      {items.length === 0 ? (
        <NothingShown
          what={narrowing.scope ? CHECKPOINTS.noneSelected : CHECKPOINTS.noneFits}
          narrowing={narrowing}
        />
      ) : (
        <CheckpointList
          items={items}
          steer={steer}
          fetched={fetched}
          marks={narrowing.marks}
          epoch={narrowing}
          onOpen={open}
        />
      )}
    </div>
  );
}

/** The checkpoint that is open, which is what is selected when it opens; selected elsewhere, it opens. */
function useOpenCheckpoint(): readonly [string | undefined, (id: string | null) => void] {
  const [opened, keep] = useDraft<string>("open-checkpoint");
  const [selection, select] = useSelection();
  const selected = selection?.kind === "checkpoint" ? String(selection.id) : null;
  useEffect(() => {
    if (selected !== null) keep(() => selected);
  }, [selected]);
  const open = (id: string | null) => {
    keep(() => id ?? undefined);
    if (id !== null) select({ kind: "checkpoint", id });
    else if (selected !== null) select(null);
  };
  return [opened, open];
}

interface BarProps {
  readonly fetched: FetchedHistory;
  readonly inner: number;
  readonly subgraphs: boolean;
  readonly onSubgraphs: (on: boolean) => void;
  readonly again: () => void;
}

function HistoryBar({ fetched, inner, subgraphs, onSubgraphs, again }: BarProps): JSX.Element {
  const { history, problem, loading } = fetched;
  const cut = history && history.total > history.rows.length;
  return (
    <div class="lgj-panel-bar">
      <span class="lgj-muted" role="status">
        {loading ? CHECKPOINTS.loading : CHECKPOINTS.choose}
        {cut ? CHECKPOINTS.cut(`${history.rows.length}`, `${history.total}`) : ""}
      </span>
      {problem ? (
        <span class="lgj-problem" role="alert">
          {problem}{" "}
          <button type="button" class="lgj-link" onClick={again}>
            {CHECKPOINTS.again}
          </button>
        </span>
      ) : null}
      {inner > 0 ? (
        <label class="lgj-check">
          <input
            type="checkbox"
            checked={subgraphs}
            onChange={(event) => onSubgraphs(event.currentTarget.checked)}
          />
          {CHECKPOINTS.subgraphs(`${inner}`)}
        </label>
      ) : null}
    </div>
  );
}

interface ListProps {
  readonly items: readonly CheckpointItem[];
  readonly steer: RunSteering;
  readonly fetched: FetchedHistory;
  readonly marks: (row: CheckpointItem["row"]) => boolean;
  readonly epoch: unknown;
  readonly onOpen: (id: string) => void;
}

function CheckpointList({ items, steer, fetched, marks, epoch, onOpen }: ListProps): JSX.Element {
  const lanes = useMemo(() => laneCount(items), [items]);
  const begun = useMemo(() => runStartsOf(items), [items]);
  const runs = new Map((steer.known?.runs ?? fetched.history?.runs ?? []).map((each) => [each.run, each]));
  const names = branchNamesOf([...runs.values()].filter(({ parent }) => parent !== null));
  const several = begun.size > 1 || runs.size > 1;
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const rows = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(".lgj-point")];
    const at = rows.indexOf(event.target as HTMLElement);
    if (by === undefined || at < 0) return;
    event.preventDefault();
    rows[at + by]?.focus();
  };
  return (
    <div
      class="lgj-points"
      role="group"
      aria-label={CHECKPOINTS.name}
      onKeyDown={onKeyDown}
      style={{ "--lgj-digits": Math.max(1, ...items.map(({ listed }) => `${listed.step ?? ""}`.length)) }}
    >
      <VirtualList
        label={CHECKPOINTS.list(formatCountWithNoun(items.length, CHECKPOINTS.checkpoint))}
        count={items.length}
        keyOf={(index) => (items[index] as CheckpointItem).listed.checkpoint_id}
        epoch={epoch}
        follow
        render={(index) => {
          const item = items[index] as CheckpointItem;
          const { run } = item.listed;
          const branch = run === null ? null : (runs.get(run) ?? null);
          return (
            <Point
              item={item}
              lanes={lanes}
              own={run === (steer.known?.run ?? null)}
              marked={marks(item.row)}
              tag={
                several ? (
                  begun.has(index) ? (
                    <RunTag
                      branch={branch}
                      self={steer.known?.run ?? null}
                      name={names.get(run ?? "") ?? CHECKPOINTS.firstRun}
                    />
                  ) : (
                    <span class="lgj-run-tag" />
                  )
                ) : null
              }
              onOpen={onOpen}
            />
          );
        }}
      />
    </div>
  );
}

interface PointProps {
  readonly item: CheckpointItem;
  readonly lanes: number;
  readonly own: boolean;
  readonly marked: boolean;
  readonly tag: JSX.Element | null;
  readonly onOpen: (id: string) => void;
}

function Point({ item, lanes, own, marked, tag, onOpen }: PointProps): JSX.Element {
  const { listed, namespace } = item;
  const { checkpoint_id, step, source, changed, created_at } = listed;
  const told = changed.length > 0 ? CHECKPOINT_ROW.changed(changed.join(", ")) : "";
  const time = created_at === null ? "" : formatTimeOfDay(Date.parse(created_at));
  const [draft] = useDraft<CheckpointDraft>(draftNameAt(checkpoint_id));
  return (
    <div class={`lgj-point-row ${own ? "" : "lgj-point-other"} ${marked ? "lgj-marked" : ""}`}>
      <LaneLines lanes={item.lanes} count={lanes} own={own} />
      <button type="button" class="lgj-point" title={checkpoint_id} onClick={() => onOpen(checkpoint_id)}>
        <span class="lgj-point-step">{step === null ? "–" : CHECKPOINT_ROW.step(`${step}`)}</span>
        <span class="lgj-tag">{source ?? "–"}</span>
        <span class="lgj-point-next lgj-clip" title={CHECKPOINT_ROW.next(nextNodesText(listed))}>
          {draft ? <span class="lgj-tag">{CHECKPOINT_ROW.edited}</span> : null}{" "}
          {namespace ? <NamespacePath namespace={namespace} /> : null} <Icon name="arrow" />{" "}
          <span class="lgj-sr">{CHECKPOINT_ROW.nextIs}</span>
          {nextNodesText(listed)}
        </span>
        <span class="lgj-point-changed lgj-muted lgj-clip" title={told}>
          {told}
        </span>
        <span class="lgj-point-time lgj-muted">{time}</span>
      </button>
      {tag}
    </div>
  );
}

/** With which checkpoint a run begins, and a way to it. */
function RunTag(props: { branch: Branch | null; self: string | null; name: string }): JSX.Element {
  const { branch, self, name } = props;
  if (branch === null) return <span class="lgj-run-tag lgj-muted">{CHECKPOINTS.earlierRun}</span>;
  if (branch.run === self) return <b class="lgj-run-tag">{CHECKPOINTS.thisRun}</b>;
  const { icon, word } = statusLook(branch.status);
  return (
    <button
      type="button"
      class="lgj-run-tag lgj-quiet-button"
      title={CHECKPOINTS.showRun(branch.name, word)}
      onClick={(event) => requestShowRun(event.currentTarget, branch.run)}
    >
      <Icon name={icon} />
      {name}
    </button>
  );
}
