// What is known of one run, shared by every view of it. No DOM, no comm, no clock of its own: messages
// are applied, listeners hear once per frame which topics changed.

import { NodeMarks } from "./colors";
import type { Delta, Snapshot } from "./connection/protocol";
import { Observable } from "./observable";
import { RateMeter } from "./rate";
import {
  EMPTY_SUMMARY,
  isFinal,
  type Json,
  type PushedTables,
  type Row,
  type Summary,
  TABLE_KEYS,
  type TableName,
} from "./schema";
import { GrowingText } from "./text";

/** The state of the line to the kernel. `since` is this page's clock, in milliseconds. */
export type Link =
  | { readonly state: "waiting" }
  | { readonly state: "live" }
  | { readonly state: "catching-up" }
  /** There is no kernel; calls are answered from what was saved, which is all but what is `omitted`. */
  | { readonly state: "saved"; readonly omitted: string | null }
  | { readonly state: "silent"; readonly since: number }
  | { readonly state: "gone"; readonly since: number; readonly reason: string }
  | { readonly state: "mismatch"; readonly kernel: Json };

/** What a listener can listen to. `text:<message id>` is about one message's text. */
export type Topic = TableName | "summary" | "counts" | "elapsed" | "link" | `text:${string}`;

export type ApplyResult = "applied" | "stale" | "gap";

/** Runs a function soon, at most once a frame; gives back how to call it off. */
export type Schedule = (flush: () => void) => () => void;

export const scheduleOnFrame: Schedule = (flush) => {
  if (typeof requestAnimationFrame !== "function") {
    const timer = setTimeout(flush, 16);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(flush);
  return () => cancelAnimationFrame(frame);
};

/** A keyed table in order of first appearance. Rows are never changed in place. */
export class Table<R extends Row = Row> {
  #rows: R[] = [];
  #index = new Map<Json, number>();
  /** Counts changes: the same number means the same rows. */
  version = 0;

  constructor(private readonly key: string | null) {}

  get rows(): readonly R[] {
    return this.#rows;
  }

  get(key: Json): R | undefined {
    return this.#rows[this.#index.get(key) ?? -1];
  }

  upsert(row: R): void {
    this.version += 1;
    if (this.key === null) {
      this.#rows.push(row);
      return;
    }
    const key = row[this.key] as Json;
    const index = this.#index.get(key);
    if (index === undefined) {
      this.#index.set(key, this.#rows.push(row) - 1);
    } else {
      this.#rows[index] = { ...(this.#rows[index] as R), ...row };
    }
  }

  clear(): void {
    this.#rows = [];
    this.#index.clear();
    this.version += 1;
  }
}

/** The growing texts of one message. */
export class MessageText {
  readonly text = new GrowingText();
  readonly reasoning = new GrowingText();
  /** Arguments of tool calls as they stream, by the call's index. */
  readonly toolCalls = new Map<string, GrowingText>();

  /** The text of this kind; kinds are `text`, `reasoning` and `tool_call:<index>`. */
  textOfKind(kind: string): GrowingText | null {
    if (kind === "text") return this.text;
    if (kind === "reasoning") return this.reasoning;
    if (!kind.startsWith("tool_call:")) return null;
    const index = kind.slice("tool_call:".length);
    return getOrMake(this.toolCalls, index, () => new GrowingText());
  }

  /** Each text there is, with its kind. */
  *allTexts(): Iterable<readonly [kind: string, text: GrowingText]> {
    yield ["text", this.text];
    yield ["reasoning", this.reasoning];
    for (const [index, text] of this.toolCalls) yield [`tool_call:${index}`, text];
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

type Tables = { readonly [Name in TableName]: Table<PushedTables[Name]> };

/** The key column of each table, null where rows are only appended. */
export type KeyColumns = Readonly<Record<string, string | null>>;

function emptyTables(keys: KeyColumns): Tables {
  return Object.fromEntries(
    Object.entries(keys).map(([name, key]) => [name, new Table(key)]),
  ) as unknown as Tables;
}

export class Store {
  readonly tables: Tables;
  summary: Summary = EMPTY_SUMMARY;
  counts: Readonly<Record<string, number>> = {};
  /** Seconds since the run's start by the kernel's clock, and when (`performance.now()`) we heard it. */
  elapsed: { readonly seconds: number; readonly heardAt: number } | null = null;
  link: Link = { state: "waiting" };
  /** This page's clock when a message last came, in milliseconds; null before the first. */
  lastSeen: number | null = null;
  readonly rate = new RateMeter();
  readonly marks = new NodeMarks();

  #last = 0;
  #texts = new Map<string, MessageText>();
  #dirty = new Set<Topic>();
  readonly #changes = new Observable<ReadonlySet<Topic>>();
  #callOff: (() => void) | null = null;

  constructor(
    private readonly schedule: Schedule = scheduleOnFrame,
    private readonly now: () => number = () => performance.now(),
    /** Tables beside a run's, or in their place, for what shows several runs. */
    keys: KeyColumns = {},
  ) {
    this.tables = emptyTables({ ...TABLE_KEYS, ...keys });
  }

  /** The number of the newest message applied. */
  get last(): number {
    return this.#last;
  }

  /** Whether the rows are here: until a first message comes, only the summary is known. */
  get hasRows(): boolean {
    return this.#last > 0;
  }

  /** How many rows a table has; until they are here, by the summary. */
  rowCount(name: TableName): number {
    return this.hasRows ? this.tables[name].rows.length : (this.counts[name] ?? 0);
  }

  textOf(messageId: string): MessageText {
    return getOrMake(this.#texts, messageId, () => new MessageText());
  }

  /** Applies a message from the kernel. "gap" means that something is missing: a snapshot is needed. */
  apply(message: Delta | Snapshot): ApplyResult {
    return message.type === "snapshot" ? this.#applySnapshot(message) : this.#applyDelta(message);
  }

  /** Takes over the fields of the summary that are given. */
  mergeSummary(fields: Partial<Summary>): void {
    const { status } = this.summary;
    const goesOn = isFinal(status) && !isFinal(fields.status ?? status);
    if (goesOn && this.elapsed) this.elapsed = { ...this.elapsed, heardAt: this.now() }; // it waited until now
    this.summary = { ...this.summary, ...fields };
    if (fields.counts) this.#mergeCounts(fields.counts);
    this.#touch("summary");
  }

  setLink(link: Link): void {
    if (JSON.stringify(link) === JSON.stringify(this.link)) return;
    this.link = link;
    this.#touch("link");
  }

  /** Calls `listener` after each frame in which one of `topics` changed. Gives back how to stop. */
  subscribe(topics: readonly Topic[], listener: () => void): () => void {
    return this.#changes.subscribe((changed) => {
      if (topics.some((topic) => changed.has(topic))) listener();
    });
  }

  /** Tells listeners now what they would hear at the next frame. */
  flush(): void {
    this.#callOff?.();
    this.#callOff = null;
    const dirty = this.#dirty;
    this.#dirty = new Set();
    this.#changes.notify(dirty);
  }

  dispose(): void {
    this.#callOff?.();
    this.#callOff = null;
    this.#changes.release();
  }

  #applyDelta(delta: Delta): ApplyResult {
    if (delta.n <= this.#last) return "stale";
    this.#hear(delta);
    if ((delta.since ?? delta.n - 1) !== this.#last) return "gap";
    if (!this.#write(delta)) return "gap";
    this.#last = delta.n;
    return "applied";
  }

  #applySnapshot(snapshot: Snapshot): ApplyResult {
    if (this.#last > 0 && snapshot.n <= this.#last) return "stale";
    for (const name of Object.keys(this.tables) as TableName[]) {
      this.tables[name].clear();
      this.#touch(name);
    }
    this.#dropTexts(new Set(snapshot.text.map(([id, kind]) => `${id}\n${kind}`)));
    this.#hear(snapshot);
    this.#write(snapshot);
    this.#last = snapshot.n;
    return "applied";
  }

  /** What may be believed even when messages before it were lost. */
  #hear(message: Delta | Snapshot): void {
    if (message.summary) this.mergeSummary(message.summary);
    if (message.counts) this.#mergeCounts(message.counts);
    if (message.elapsed !== null) {
      this.elapsed = { seconds: message.elapsed, heardAt: this.now() };
      this.rate.addSample(message.elapsed, this.counts.tokens ?? 0);
      this.#touch("elapsed");
    }
  }

  #write(message: Delta | Snapshot): boolean {
    this.marks.assignMarks(message.rows);
    for (const [name, rows] of Object.entries(message.rows)) {
      const table = (this.tables as Readonly<Record<string, Table>>)[name];
      if (!table || rows.length === 0) continue;
      for (const row of rows) table.upsert(row);
      this.#touch(name as TableName);
    }
    let whole = true;
    for (const [id, kind, offset, text] of message.text) {
      const target = this.textOf(id).textOfKind(kind);
      if (target && !target.write(offset, text)) whole = false;
      this.#touch(`text:${id}`);
    }
    return whole;
  }

  /** Empties the texts that a snapshot does not speak of; those it does are compared, not drawn anew. */
  #dropTexts(kept: ReadonlySet<string>): void {
    for (const [id, message] of this.#texts) {
      for (const [kind, text] of message.allTexts()) {
        if (!kept.has(`${id}\n${kind}`)) text.write(0, "");
      }
      this.#touch(`text:${id}`);
    }
  }

  #mergeCounts(counts: Readonly<Record<string, number>>): void {
    this.counts = { ...this.counts, ...counts };
    this.#touch("counts");
  }

  #touch(topic: Topic): void {
    this.#dirty.add(topic);
    if (this.#callOff === null) this.#callOff = this.schedule(() => this.flush());
  }
}

/** The kernel is gone while the run was going on: nobody knows what became of it. */
export function isRunUnknown({ summary, link }: Store): boolean {
  return link.state === "gone" && !isFinal(summary.status);
}
