// A view of what two saved runs differ in, as a kernel would have kept it of a comparison. Pure.

import type { ViewData } from "../../core/offline/data";
import { cutToPreview } from "../../core/offline/values";
import type { Json, Row } from "../../core/schema";
import { SAVED_PAIR } from "../../texts/saved";
import { comparedTables, type UnpackedRun } from "./tables";

const LONG_CELL = 4_096; // characters of JSON beyond which a cell is fetched
const LONG_CELL_OF_MANY = 400;
const MANY = 500; // rows beyond which less is drawn of each at once
const LIST_KEY = "\u0000list"; // no value refers to a list

/** The data of the view, for the module `compare`. */
export function comparisonView(a: UnpackedRun, b: UnpackedRun): ViewData {
  const { rows, omittedStates } = comparedTables(a, b);
  const { _protocol, _options } = a.data.traits;
  const names = [...new Set([a.about.name, b.about.name])].join(", ");
  const summary = { status: "success", target: names, source: "comparison", record: null };
  return {
    traits: {
      _protocol: _protocol as Json,
      _options: _options as Json,
      _panel: null,
      _branches: [],
      _summary: { ...summary, stop: { available: false, hint: null } },
    },
    replies: {},
    ...cutTables(rows),
    omitted: omittedStates > 0 ? SAVED_PAIR.finalStates(omittedStates) : null,
  };
}

/** The snapshot with long cells cut, and these whole. */
function cutTables(
  tables: Readonly<Record<string, readonly Row[]>>,
): Pick<ViewData, "snapshot" | "cells" | "values" | "lists" | "list_key"> {
  const count = Object.values(tables).reduce((sum, rows) => sum + rows.length, 0);
  const limit = count > MANY ? LONG_CELL_OF_MANY : LONG_CELL;
  const values: [0, Json][] = [];
  const cells: Record<string, Record<string, Record<string, number>>> = {};
  const cut = (table: string, row: Row, at: number): Row => {
    const fields = Object.entries(row).map(([column, value]) => {
      const short = cutToPreview(value as Json, limit);
      if (short !== value) {
        cells[table] ??= {};
        cells[table][column] ??= {};
        cells[table][column][at] = values.push([0, value as Json]) - 1;
      }
      return [column, short];
    });
    return Object.fromEntries(fields);
  };
  const rows = Object.fromEntries(
    Object.entries(tables).map(([table, every]) => [table, every.map((row, at) => cut(table, row, at))]),
  );
  const snapshot = {
    type: "snapshot",
    n: 1,
    summary: null,
    counts: null,
    rows,
    text: [],
    elapsed: null,
  } as const;
  return { snapshot, cells, values, lists: [], list_key: LIST_KEY };
}
