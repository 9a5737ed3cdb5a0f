// Lanes, places and sums over calls are computed here for panels, and in Python for the record; words are marked here,
// and counted there. `tests/tables/shared_facts.py` wrote what it says of these rows and texts: here they must be the same.

import { describe, expect, it } from "vitest";
import { calls, runs, texts } from "../../fixtures/facts.json";
import { alignWords } from "../../src/core/diff";
import type { MessageRow, ModelCallRow, NamespaceRow, TaskRow, ToolCallRow } from "../../src/core/schema";
import { computeCallTotal, computeCallTotals } from "../../src/core/totals";
import {
  stepBandsOf,
  countNamespaces,
  type Lane,
  lanesOf,
  MAX_SEPARATE_LANES,
  worseStatus,
} from "../../src/panels/timeline/data";
import { customSubgraphNames, VisitNames } from "../../src/state/visitNames";
import { message, modelCall, task, toolCall } from "../builders";

type Run = (typeof runs)[number];

const tasksOf = ({ rows }: Run) => rows.tasks.map((row) => task(row.task_id, row as Partial<TaskRow>));
const round = (time: number | null) => (time === null ? null : Number(time.toFixed(6)));

function told({ node, path, bars }: Lane): Run["lanes"][number] {
  return {
    name: [...path, node || "?"].join(" / "),
    status: bars.map(({ task: { status } }) => status).reduce(worseStatus),
    tasks: bars.map(({ task: { task_id } }) => task_id).sort(),
    bars: bars.map(({ task: { status }, from, to }) => [round(from), round(to), status]).sort() as [],
    first_tokens: bars
      .flatMap(({ firstTokens }) => firstTokens)
      .map(round)
      .sort() as [],
  };
}

describe.each(runs)("of $name", (run) => {
  const namespaces = run.rows.namespaces as unknown as readonly NamespaceRow[];
  const visits = new VisitNames(namespaces);

  it("lanes are those of the record", () => {
    const tasks = tasksOf(run);
    const messages = run.rows.messages.map((row) => message(row.message_id, row as Partial<MessageRow>));
    const merge = countNamespaces(tasks) > MAX_SEPARATE_LANES;
    const lanes = lanesOf(tasks, messages, {
      start: 0,
      merge,
      names: customSubgraphNames(namespaces),
      visits,
    });
    const expected = run.lanes.map((lane) => ({
      ...lane,
      tasks: [...lane.tasks].sort(),
      bars: [...lane.bars].sort(),
      first_tokens: [...lane.first_tokens].sort(),
    }));
    expect(lanes.map(told)).toEqual(expected);
  });

  it("steps are those of the record", () => {
    const bands = stepBandsOf(tasksOf(run), 0, Number.NaN);
    expect(bands.map(({ from, to }) => [round(from), round(to)])).toEqual(run.steps);
  });

  it("places are called as in the record", () => {
    const places = namespaces.map(({ namespace }) => [namespace, visits.numberedPath(namespace).join(" / ")]);
    expect(Object.fromEntries(places)).toEqual(run.places);
  });
});

it.each(texts as [string, string, number, number, number][])(
  "of %j and %j as many words are the same as are counted",
  (before, after, kept, added, removed) => {
    const counts = { same: 0, add: 0, remove: 0 };
    for (const { kind, text } of alignWords(before, after) ?? []) {
      counts[kind] += text.match(/[\p{L}\p{N}\p{M}_]+/gu)?.length ?? 0;
    }
    expect(counts).toEqual({ same: kept, add: added, remove: removed });
  },
);

describe("sums over calls are those of the record", () => {
  const models = calls.rows.model_calls.map((row, nth) =>
    modelCall(`m${nth}`, { model: null, ...row } as Partial<ModelCallRow>),
  );
  const tools = calls.rows.tool_calls.map((row, nth) =>
    toolCall(`t${nth}`, { name: null, ...row } as Partial<ToolCallRow>),
  );

  it.each(["name", "agent", "node"] as const)("by %s", (by) => {
    expect(computeCallTotals([...models, ...tools], by)).toEqual(calls.totals[by]);
  });

  it.each([
    ["all", [...models, ...tools]],
    ["tools", tools],
    ["none", []],
  ] as const)("over %s of them", (which, rows) => {
    expect(computeCallTotal(rows)).toEqual(calls.total[which]);
  });
});
