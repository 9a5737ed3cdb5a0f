// What calls are answered where there is no kernel, from the data of a saved view.

import type { Methods } from "../connection/methods";
import { nodesOnPath } from "../namespace";
import { isBigCell, type Json, type Row, TABLE_KEYS, type TableName } from "../schema";
import { chatMessage } from "./chat";
import type { SavedState, ViewData } from "./data";
import { matchesQuery } from "./events";
import { messageTexts, wholeRow } from "./rows";
import { cutToPreview, containsText, partAt, PooledValues } from "./values";

const NO_KERNEL = "This is a saved run: there is no kernel to ask.";

type Params<M extends keyof Methods> = Methods[M]["params"];
type Answer = (params: never) => Json | Promise<Json>;

interface CheckpointPart {
  readonly checkpoint_id: string;
  readonly path?: string;
  readonly offset?: number;
  readonly limit?: number;
}

/** Answers the calls of one view. */
export class SavedAnswers {
  readonly #values: PooledValues;
  readonly #methods: Readonly<Record<string, Answer>> = {
    ping: () => true,
    events: (query: Params<"events">) => this.#events(query),
    event: ({ seq }: Params<"event">) => this.#event(seq),
    messages: ({ ids }: Params<"messages">) => this.#messages(ids),
    search: ({ text }: Params<"search">) => this.#search(text.toLowerCase()),
    value: (at: Params<"value">) => this.#value(at),
    state: (at: Params<"state">) => this.#state(at),
    checkpoint: (at: CheckpointPart) => this.#checkpoint(at),
  };

  constructor(private readonly data: ViewData) {
    this.#values = new PooledValues(data);
  }

  /** The answer to a call; throws one clear sentence where there is none. */
  async answerCall(method: string, params: unknown): Promise<Json> {
    const known = this.data.replies[`${method} ${JSON.stringify(params ?? {})}`];
    if (known !== undefined) return known;
    const answer = this.#methods[method];
    if (!answer) throw new Error(NO_KERNEL);
    return answer(params as never);
  }

  #events(query: Params<"events">): Json {
    const { offset, limit } = query;
    const lookup = {
      tagsOf: (id: Json) => (this.#row("messages", id)?.tags ?? []) as readonly string[],
      payloadOf: (row: Row) => this.#payload(row),
    };
    const fitting = (this.data.events ?? []).filter((row) => matchesQuery(row, query, lookup));
    return { total: fitting.length, rows: fitting.slice(offset, offset + limit) };
  }

  #event(seq: number): Json {
    const row = this.data.events?.find((each) => each.seq === seq);
    if (!row) throw new Error(`Event ${seq} was left out of the saved run.`);
    const { text: _, ...fields } = row;
    return isBigCell(row.data)
      ? { ...fields, data: this.#values.valueAt(this.data.payloads?.[seq]) }
      : fields;
  }

  #payload(row: Row): Json {
    const number = this.data.payloads?.[row.seq as number];
    return number === undefined ? (row.data as Json) : this.#values.valueAt(number);
  }

  #messages(ids: readonly string[] | undefined): Json {
    const rows = (this.data.snapshot.rows.messages ?? []).filter(
      ({ message_id, removed_time }) => removed_time == null && (!ids || ids.includes(message_id as string)),
    );
    const texts = messageTexts(this.data);
    return rows.map((row) =>
      chatMessage(
        wholeRow(this.data, this.#values, "messages", row),
        texts.get(row.message_id as string) ?? "",
      ),
    );
  }

  #search(text: string): Json {
    const found: Record<string, Json[]> = {};
    for (const [table, columns] of Object.entries(this.data.cells)) {
      const having = Object.values(columns).flatMap((numbers) =>
        Object.keys(numbers).filter((key) => containsText(this.#values.valueAt(numbers[key]), text)),
      );
      const keys = new Set(having);
      if (keys.size > 0) found[table] = this.#keys(table).filter((key) => keys.has(String(key)));
    }
    return found;
  }

  /** The keys of a table's rows; of one without, their positions. */
  #keys(table: string): readonly Json[] {
    const key = TABLE_KEYS[table as TableName] ?? null;
    const rows = this.data.snapshot.rows[table] ?? [];
    return rows.map((row, position) => (key === null ? position : (row[key] as Json)));
  }

  #row(table: string, key: Json): Row | undefined {
    const at = this.#keys(table).indexOf(key);
    return this.data.snapshot.rows[table]?.[at];
  }

  #value({ table, key, column, limit }: Params<"value">): Json {
    const number = this.data.cells[table]?.[column]?.[String(key)];
    const pushed = this.#row(table, key)?.[column];
    const whole = number === undefined && !isBigCell(pushed) ? pushed : this.#values.valueAt(number);
    if (whole === undefined) throw new Error(`There is no such cell: ${table}, row ${key}, ${column}.`);
    return limit === undefined ? whole : cutToPreview(whole, limit);
  }

  #state({ namespace = "", step, seq, path, offset, limit }: Params<"state">): Json {
    const found = this.#statesOf(namespace).find(
      ([, at, after]) =>
        (seq === undefined || at <= seq) && (step === undefined || (after !== null && after <= step)),
    );
    if (!found) throw new Error("No state is known there.");
    const [of, at, after, timestamp, source, number] = found;
    const part = partAt(this.#values.valueAt(number), path, offset, limit);
    return { namespace: of, step: after, seq: at, timestamp, source, ...part };
  }

  /** The states of a namespace, of which the ids of tasks may be left out: then of the newest of that name. */
  #statesOf(namespace: string): readonly SavedState[] {
    const states = this.data.states ?? [];
    const named = states.some(([of]) => of === namespace)
      ? namespace
      : states.find(([of]) => nodesOnPath(of).join("|") === namespace)?.[0];
    return states.filter(([of]) => of === named);
  }

  #checkpoint({ checkpoint_id, path, offset, limit }: CheckpointPart): Json {
    const values = this.#value({ table: "checkpoints", key: checkpoint_id, column: "values" });
    return { ...partAt(values, path, offset, limit) };
  }
}
