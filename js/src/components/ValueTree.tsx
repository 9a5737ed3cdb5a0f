// Any JSON value as a tree that opens step by step, so that a big one costs no more than what is open. In it a list
// of like objects is a table, an image a thumbnail, a text that is JSON a tree.

import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { findFoldIndex } from "../core/folding";
import {
  formatByteSize,
  formatItemOrKeyCount,
  formatInteger,
  formatIndentedJson,
  previewValue,
} from "../core/format";
import type { Json } from "../core/json";
import { parseJsonText } from "../core/jsonText";
import { type Image, imageOf, type RecordRows, recordRowsOf } from "../core/shapes";
import { VALUE } from "../texts/value";
import { CopyButton } from "./CopyButton";
import { Icon } from "./Icon";
import "./Value.css";
import "./JsonTree.css";

const PAGE = 100; // children drawn at once
const LONG = 400; // characters of a string drawn at once
const WORDS = 80; // characters of a text that is copied with a click

export interface Props {
  readonly value: Json;
  /** Stands before it, as a key does. */
  readonly name?: string | null;
  /** So many levels are open at first. */
  readonly open?: number;
  /** Whether it can be copied: as JSON, or a text as text. */
  readonly copy?: boolean;
}

export function ValueTree({ value, name = null, open = 1, copy = true }: Props): JSX.Element {
  const isText = typeof value === "string";
  const worthIt = isText ? value.length > WORDS : typeof value === "object" && value !== null;
  return (
    <div class="lgj-value">
      <div class="lgj-json">
        <Branch name={name} value={value} open={open} />
      </div>
      {copy && worthIt ? (
        <CopyButton text={() => formatIndentedJson(value)} label={isText ? VALUE.copyText : VALUE.copyJson} />
      ) : null}
    </div>
  );
}

interface BranchProps {
  readonly name: string | null;
  readonly value: Json;
  readonly open: number;
}

function Branch({ name, value, open }: BranchProps): JSX.Element {
  const inner = useMemo(() => (typeof value === "string" ? parseJsonText(value) : undefined), [value]);
  const image = useMemo(() => imageOf(value), [value]);
  if (inner !== undefined) return <Container name={name} value={inner} open={open} tag={VALUE.jsonText} />;
  if (image && typeof value === "string") {
    return (
      <div class="lgj-json-leaf">
        <Name name={name} />
        <Thumbnail image={image} />
      </div>
    );
  }
  if (typeof value === "object" && value !== null && Object.keys(value).length > 0) {
    return <Container name={name} value={value} open={image ? 0 : open} image={image} />;
  }
  return (
    <div class="lgj-json-leaf">
      <Name name={name} />
      <Leaf value={value} />
    </div>
  );
}

interface ContainerProps extends BranchProps {
  /** What it is beside a value. */
  readonly tag?: string;
  readonly image?: Image | null;
}

function Container({ name, value, open, tag, image }: ContainerProps): JSX.Element {
  const [isOpen, setOpen] = useState(open > 0);
  const rows = useMemo(() => recordRowsOf(value), [value]);
  const [plain, setPlain] = useState(false);
  return (
    <div class="lgj-json-branch">
      <span class="lgj-json-head">
        <button type="button" class="lgj-json-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name={isOpen ? "down" : "right"} />
          <Name name={name} />
          {tag ? <span class="lgj-tag">{tag}</span> : null}
          <span class="lgj-muted">
            {isOpen || image ? formatItemOrKeyCount(value) : previewValue(value, 120)}
          </span>
        </button>
        {rows && isOpen ? (
          <button type="button" class="lgj-link" aria-pressed={plain} onClick={() => setPlain(!plain)}>
            {plain ? VALUE.table : VALUE.tree}
          </button>
        ) : null}
      </span>
      {image ? <Thumbnail image={image} /> : null}
      {isOpen ? (
        <div class="lgj-json-children">
          {rows && !plain ? <RecordTable rows={rows} /> : <Children value={value} open={open - 1} />}
        </div>
      ) : null}
    </div>
  );
}

function Children({ value, open }: { value: Json; open: number }): JSX.Element {
  const [shown, setShown] = useState(PAGE);
  const entries = Object.entries(value as object) as [string, Json][];
  return (
    <>
      {entries.slice(0, shown).map(([key, child]) => (
        <Branch key={key} name={key} value={child} open={open} />
      ))}
      <MoreButton count={entries.length - shown} onMore={() => setShown(shown + 10 * PAGE)} />
    </>
  );
}

function RecordTable({ rows: { columns, rows } }: { rows: RecordRows }): JSX.Element {
  const [shown, setShown] = useState(PAGE);
  return (
    <div class="lgj-json-table">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row, nth) => (
            <tr key={nth}>
              {columns.map((column) => (
                <td key={column}>
                  {column in row ? <Branch name={null} value={row[column] as Json} open={0} /> : null}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <MoreButton count={rows.length - shown} onMore={() => setShown(shown + 10 * PAGE)} />
    </div>
  );
}

function MoreButton({ count, onMore }: { count: number; onMore: () => void }): JSX.Element | null {
  if (count <= 0) return null;
  return (
    <button type="button" class="lgj-link" onClick={onMore}>
      {VALUE.more(formatInteger(count))}
    </button>
  );
}

function Thumbnail({ image: { src, label } }: { image: Image }): JSX.Element {
  const [whole, setWhole] = useState(false);
  return (
    <button
      type="button"
      class={`lgj-json-image ${whole ? "lgj-json-image-whole" : ""}`}
      aria-pressed={whole}
      title={whole ? VALUE.small : VALUE.whole(label)}
      onClick={() => setWhole(!whole)}
    >
      <img src={src} alt={label} />
    </button>
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
      {cut ? text.slice(0, findFoldIndex(text, LONG)) : text}
      {cut ? (
        <button type="button" class="lgj-link" onClick={() => setWhole(true)}>
          {VALUE.all(formatByteSize(text.length))}
        </button>
      ) : null}
    </span>
  );
}
