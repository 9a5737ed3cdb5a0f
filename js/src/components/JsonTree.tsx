// Any JSON value as a tree that opens step by step, so that a big one costs no more than what is open.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { bytes, extent, integer, preview } from "../core/format";
import type { Json } from "../core/schema";
import { Icon } from "./Icon";
import "./JsonTree.css";

const PAGE = 100; // children drawn at once
const LONG = 400; // characters of a string drawn at once

interface Props {
  readonly value: Json;
  /** Stands before it, as a key does. */
  readonly name?: string | null;
  /** So many levels are open at first. */
  readonly open?: number;
}

export function JsonTree({ value, name = null, open = 1 }: Props): JSX.Element {
  return (
    <div class="lgj-json">
      <Branch name={name} value={value} open={open} />
    </div>
  );
}

function Branch({ name, value, open }: { name: string | null; value: Json; open: number }): JSX.Element {
  const entries = entriesOf(value);
  if (entries === null || entries.length === 0) {
    return (
      <div class="lgj-json-leaf">
        <Name name={name} />
        <Leaf value={value} />
      </div>
    );
  }
  return <Container name={name} value={value} entries={entries} open={open} />;
}

function Container(props: {
  name: string | null;
  value: Json;
  entries: readonly (readonly [string, Json])[];
  open: number;
}): JSX.Element {
  const { name, value, entries, open } = props;
  const [isOpen, setOpen] = useState(open > 0);
  const [shown, setShown] = useState(PAGE);
  return (
    <div class="lgj-json-branch">
      <button type="button" class="lgj-json-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? "down" : "right"} />
        <Name name={name} />
        <span class="lgj-muted">{isOpen ? extent(value) : preview(value, 120)}</span>
      </button>
      {isOpen ? (
        <div class="lgj-json-children">
          {entries.slice(0, shown).map(([key, child]) => (
            <Branch key={key} name={key} value={child} open={open - 1} />
          ))}
          {entries.length > shown ? (
            <button type="button" class="lgj-link" onClick={() => setShown(shown + 10 * PAGE)}>
              {integer(entries.length - shown)} more
            </button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

function Name({ name }: { name: string | null }): JSX.Element | null {
  return name === null ? null : <span class="lgj-json-key">{name}:</span>;
}

function Leaf({ value }: { value: Json }): JSX.Element {
  if (typeof value === "string") return <LongText text={value} />;
  if (Array.isArray(value)) return <span class="lgj-muted">[ ]</span>;
  if (typeof value === "object" && value !== null) return <span class="lgj-muted">{"{ }"}</span>;
  return <span class={`lgj-json-${value === null ? "null" : typeof value}`}>{String(value)}</span>;
}

function LongText({ text }: { text: string }): JSX.Element {
  const [whole, setWhole] = useState(false);
  const cut = !whole && text.length > LONG;
  return (
    <span class="lgj-json-string">
      {cut ? text.slice(0, LONG) : text}
      {cut ? (
        <button type="button" class="lgj-link" onClick={() => setWhole(true)}>
          … all {bytes(text.length)}
        </button>
      ) : null}
    </span>
  );
}

function entriesOf(value: Json): readonly (readonly [string, Json])[] | null {
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item] as const);
  if (typeof value === "object" && value !== null) return Object.entries(value);
  return null;
}
