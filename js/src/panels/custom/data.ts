// Reads: custom. What nodes sent, by where it came from: progress, series of numbers, and all the rest.

import { nodesOnPath } from "../../core/namespace";
import { type CustomRow, isObject, type Json, type TaskRow } from "../../core/schema";

export interface NodeHead {
  readonly kind: "head";
  readonly key: string;
  readonly namespace: string;
  readonly node: string | null;
  /** How many visits of the subgraph it stands for. */
  readonly visits: number;
  readonly count: number;
}

/** A number that grows to a total. */
export interface ProgressEntry {
  readonly kind: "progress";
  readonly key: string;
  readonly label: string;
  readonly value: number;
  readonly total: number;
  /** Seconds since the epoch. */
  readonly time: number;
  readonly row: CustomRow;
}

/** The same number again and again; some may be no finite ones. */
export interface SeriesEntry {
  readonly kind: "series";
  readonly key: string;
  readonly label: string;
  readonly values: readonly number[];
  readonly least: number;
  readonly most: number;
  readonly last: number;
  readonly time: number;
  readonly row: CustomRow;
}

/** Anything else; `index` is its place in the table. */
export interface OtherEntry {
  readonly kind: "item";
  readonly key: string;
  readonly index: number;
  readonly row: CustomRow;
}

export type Entry = NodeHead | ProgressEntry | SeriesEntry | OtherEntry;

const TOTALS = ["total", "of", "max", "out_of", "goal", "total_steps"];
const VALUES = [
  "progress",
  "current",
  "done",
  "completed",
  "finished",
  "processed",
  "step",
  "page",
  "index",
  "i",
  "n",
  "count",
  "value",
];
/** Numbers that say when, not what: beside others they are no series. */
const CLOCKS = ["step", "epoch", "iteration", "time", "timestamp"];
const MOST_SERIES = 8;

type Fields = Readonly<Record<string, Json>>;

type ParsedRow = { readonly row: CustomRow; readonly index: number; readonly parsed: Parsed };

/**
 * What is shown, in order: for each node a head, then bars, lines, and the rest by time. The visits of a
 * subgraph stand under one head, each with bars and lines of its own.
 */
export function entriesOf(rows: readonly CustomRow[], shows: (row: CustomRow) => boolean): Entry[] {
  const parsed = parsedRows(rows);
  const places = new Map<string, Map<string, ParsedRow[]>>();
  const known = new Map<string, ParsedRow[]>(); // by namespace and node
  rows.forEach((row, index) => {
    if (!shows(row)) return;
    const id = `${row.namespace}\n${row.node}`;
    let group = known.get(id);
    if (!group) {
      group = [];
      known.set(id, group);
      const place = placeOf(row);
      places.set(place, (places.get(place) ?? new Map<string, ParsedRow[]>()).set(row.namespace, group));
    }
    group.push({ row, index, parsed: parsed[index] as Parsed });
  });
  return [...places].flatMap(([key, visits]) => {
    const groups = [...visits.values()];
    const [[first]] = groups as [[ParsedRow]];
    const { namespace, node } = first.row;
    const count = groups.reduce((sum, group) => sum + group.length, 0);
    const head: NodeHead = { kind: "head", key, namespace, node, visits: groups.length, count };
    const entries = [...visits].map(([visit, group]) => entriesIn(`${visit}\n${node}`, group));
    const flat = entries.flat();
    const isItem = (entry: Entry) => entry.kind === "item";
    return [head, ...numberSameLabels(entries), ...flat.filter(isItem)];
  });
}

/** What the visits of a subgraph have in common. */
function placeOf({ namespace, node }: CustomRow): string {
  return [...nodesOnPath(namespace), node].join("\n");
}

/** Bars and lines of all visits; where two have the same label, they are numbered. */
function numberSameLabels(visits: readonly (readonly Entry[])[]): Entry[] {
  const seen = new Set<string>();
  const several = new Set<string>();
  for (const entry of visits.flat()) {
    if (!("label" in entry)) continue;
    if (seen.has(entry.label)) several.add(entry.label);
    seen.add(entry.label);
  }
  return visits.flatMap((entries, nth) =>
    entries.flatMap((entry): Entry[] => {
      if (!("label" in entry)) return [];
      return [several.has(entry.label) ? { ...entry, label: `${entry.label} #${nth + 1}` } : entry];
    }),
  );
}

function entriesIn(key: string, group: readonly ParsedRow[]): Entry[] {
  const bars = new Map<string, ProgressBar[]>(); // by the names of their keys
  const series = new Map<string, { row: CustomRow; value: number }[]>();
  const items: OtherEntry[] = [];
  const counts = countNumbers(group);
  for (const { row, index, parsed } of group) {
    const { bar, numbers } = parsed;
    if (bar) pushToList(bars, bar.shape, bar);
    else if (numbers?.some(([name]) => (counts.get(name) ?? 0) > 1)) {
      for (const [name, value] of numbers) pushToList(series, name, { row, value });
    } else items.push({ kind: "item", key: `${key}\n${index}`, index, row });
  }
  return [
    ...[...bars.values()].flatMap(newestOfEachLabel).map((bar) => ({ ...bar, key: `${key}\n${bar.key}` })),
    ...[...series].map(([name, points]) => seriesOf(key, name, points)),
    ...items,
  ];
}

function pushToList<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

/** The newest of each label; where no label comes twice, it is a text that changes, and they are all one. */
function newestOfEachLabel(bars: readonly ProgressBar[]): ProgressBar[] {
  const byLabel = new Map(bars.map((bar) => [bar.label, bar]));
  const changes = byLabel.size > 2 && byLabel.size === bars.length && isGrowing(bars);
  return changes ? bars.slice(-1) : [...byLabel.values()];
}

function isGrowing(bars: readonly ProgressBar[]): boolean {
  return bars.every((bar, index) => index === 0 || bar.value >= (bars[index - 1] as ProgressBar).value);
}

/** `shape` is alike for those that tell of their progress alike. */
type ProgressBar = ProgressEntry & { readonly shape: string };

interface Parsed {
  readonly bar: ProgressBar | null;
  readonly numbers: ReturnType<typeof numbersOf>;
}

/** By the table's rows, which are only added to: each is looked into once, however many come after it. */
const PARSED = new WeakMap<readonly CustomRow[], Parsed[]>();

function parsedRows(rows: readonly CustomRow[]): readonly Parsed[] {
  const parsed = PARSED.get(rows) ?? [];
  PARSED.set(rows, parsed);
  for (const row of rows.slice(parsed.length)) {
    const bar = progressOf(row);
    parsed.push({ bar, numbers: bar ? null : numbersOf(row.data) });
  }
  return parsed;
}

/** A row's progress, if it tells of any. */
export function progressOf(row: CustomRow): ProgressBar | null {
  const { data } = row;
  if (!isObject(data)) return null;
  const found = valueAndTotal(data);
  if (!found) return null;
  const { name, value, total } = found;
  const texts = Object.values(data).filter((each): each is string => typeof each === "string");
  const label = texts.join(" · ") || name;
  const shape = Object.keys(data).join(" ");
  return {
    kind: "progress",
    key: `bar ${shape} ${label}`,
    label,
    value,
    total,
    time: row.timestamp,
    row,
    shape,
  };
}

function valueAndTotal(data: Fields): { name: string; value: number; total: number } | null {
  const total = TOTALS.find((each) => isNumber(data[each]) && data[each] >= 0);
  if (total !== undefined) {
    const name = VALUES.find((each) => isNumber(data[each]));
    return name === undefined ? null : { name, value: data[name] as number, total: data[total] as number };
  }
  if (isNumber(data.percent) && data.percent >= 0 && data.percent <= 100) {
    return { name: "percent", value: data.percent, total: 100 };
  }
  if (isNumber(data.progress) && data.progress >= 0 && data.progress <= 1) {
    return { name: "progress", value: data.progress, total: 1 };
  }
  return null;
}

/** The numbers in data that is nothing but numbers, with their names. */
function numbersOf(data: Json): readonly (readonly [string, number])[] | null {
  const alone = numberIn(data);
  if (alone !== null) return [["value", alone]];
  if (!isObject(data)) return null;
  const entries = Object.entries(data);
  if (entries.length === 0 || entries.length > MOST_SERIES) return null;
  const numbers = entries.map(([name, value]) => [name, numberIn(value)] as const);
  if (!numbers.every((entry): entry is [string, number] => entry[1] !== null)) return null;
  const values = numbers.filter(([name]) => !CLOCKS.includes(name));
  return values.length > 0 ? values : numbers;
}

/** A number, also one that JSON cannot say: the kernel sends those as `{"$type": "float", "repr": "nan"}`. */
function numberIn(value: Json | undefined): number | null {
  if (typeof value === "number") return value;
  if (!isObject(value)) return null;
  const { $type, repr } = value;
  if (($type !== "float" && $type !== "int") || typeof repr !== "string") return null;
  return Number(repr.replace("inf", "Infinity"));
}

function countNumbers(group: readonly ParsedRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { parsed } of group) {
    for (const [name] of parsed.numbers ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function seriesOf(
  key: string,
  label: string,
  points: readonly { row: CustomRow; value: number }[],
): SeriesEntry {
  const values = points.map(({ value }) => value);
  const { row, value: last } = points.at(-1) as { row: CustomRow; value: number };
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return {
    kind: "series",
    key: `${key}\nline ${label}`,
    label,
    values,
    least,
    most,
    last,
    time: row.timestamp,
    row,
  };
}

/**
 * The points of a line in a box, at most two for each pixel across: the lowest and the highest there. What is no
 * finite number is left out.
 */
export function linePoints({ values, least, most }: SeriesEntry, width: number, height: number): string {
  const finite = (index: number) => Number.isFinite(values[index]);
  const range = most - least || 1;
  const at = (index: number) => {
    const x = values.length > 1 ? (index / (values.length - 1)) * width : width;
    const y = most === least ? height / 2 : height - (((values[index] as number) - least) / range) * height;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  if (values.length <= 2 * width) return [...values.keys()].filter(finite).map(at).join(" ");
  const points: string[] = [];
  const step = values.length / width;
  for (let pixel = 0; pixel < width; pixel += 1) {
    const [from, to] = [Math.floor(pixel * step), Math.min(values.length, Math.floor((pixel + 1) * step))];
    let [low, high] = [from, from];
    for (let index = from; index < to; index += 1) {
      if (!finite(index)) continue;
      if (!finite(low) || (values[index] as number) < (values[low] as number)) low = index;
      if (!finite(high) || (values[index] as number) > (values[high] as number)) high = index;
    }
    points.push(
      ...[low, high]
        .filter(finite)
        .sort((a, b) => a - b)
        .map(at),
    );
  }
  return points.join(" ");
}

/** A number as short as it can be written: 4 significant digits, thousands apart. */
export function significantNumber(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return value.toLocaleString("en-US");
  if (!Number.isFinite(value)) return String(value).replace("Infinity", "∞");
  return size >= 1e6 || size < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

function isNumber(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Tells whether the node that sent a row has ended: a task of it has, and none goes on. */
export function endedNodeTest(
  tasks: readonly Pick<TaskRow, "namespace" | "node" | "status">[],
): (row: Pick<CustomRow, "namespace" | "node">) => boolean {
  const nameOf = (at: Pick<CustomRow, "namespace" | "node">) => `${at.namespace}\n${at.node}`;
  const ended = new Set(tasks.filter(({ status }) => !GOES_ON.has(status)).map(nameOf));
  for (const task of tasks) if (GOES_ON.has(task.status)) ended.delete(nameOf(task));
  return (row) => row.node !== null && ended.has(nameOf(row));
}

const GOES_ON: ReadonlySet<string> = new Set(["pending", "running"]);
