// A value of any size, fetched from the kernel level by level, so that a big one costs what is looked at.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { bigSize, clipText, formatCountWithNoun, formatInteger } from "../core/format";
import { childPointer } from "../core/pointer";
import { isBigCell, type Json } from "../core/schema";
import { VALUE } from "../texts/value";
import { Icon } from "./Icon";
import { JsonTree } from "./JsonTree";
import "./Value.css";

/** A value, or of what is big the children that were fetched; `total` says how many there are, null where it is whole. */
export interface Level {
  readonly value: Json;
  readonly total: number | null;
}

/** Gets a level: what is at a JSON pointer, its children from `offset` on. */
export type LoadLevel = (path: string, offset: number, limit: number) => Promise<Level>;

const PAGE = 100; // children fetched at once

interface Props {
  readonly load: LoadLevel;
  /** Changes when another value is meant. */
  readonly of: string;
  readonly path?: string;
}

/** One level: its value whole, or its children with a way to more of them. */
export function LazyTree({ load, of, path = "" }: Props): JSX.Element {
  const [parts, setParts] = useState<readonly Level[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [waiting, setWaiting] = useState(false);
  const more = (offset: number) => {
    setWaiting(true);
    return load(path, offset, PAGE).then(
      (part) => {
        setParts((now) => (offset === 0 ? [part] : [...now, part]));
        setProblem(null);
        setWaiting(false);
      },
      (error: Error) => {
        setProblem(error.message);
        setWaiting(false);
      },
    );
  };
  useEffect(() => void more(0), [of, path]);
  const [first] = parts;
  if (problem && !first) return <p class="lgj-problem">{problem}</p>;
  if (!first) return <p class="lgj-muted">{VALUE.loading}</p>;
  if (first.total === null) return <JsonTree value={first.value} open={2} />;
  const children = parts.flatMap(({ value }) => childrenOf(value));
  const listed = Array.isArray(first.value);
  return (
    <div class="lgj-json">
      {children.map(([key, value], nth) => {
        const name = listed ? String(nth) : key;
        return (
          <TreeChild
            key={name}
            name={name}
            value={value}
            load={load}
            of={of}
            path={childPointer(path, name)}
          />
        );
      })}
      {children.length < first.total ? (
        <button type="button" class="lgj-link" disabled={waiting} onClick={() => void more(children.length)}>
          {VALUE.showMore(
            formatInteger(children.length),
            formatCountWithNoun(first.total, VALUE.child, VALUE.children),
          )}
        </button>
      ) : null}
      {problem ? <p class="lgj-problem">{problem}</p> : null}
    </div>
  );
}

function TreeChild(props: Props & { name: string; value: Json; path: string }): JSX.Element {
  const { name, value, load, of, path } = props;
  const [open, setOpen] = useState(false);
  if (!isBigCell(value)) return <JsonTree name={name} value={value} open={0} copy={false} />;
  return (
    <div>
      <button type="button" class="lgj-json-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} />
        <span class="lgj-json-key">{name}:</span>
        <span class="lgj-muted">
          {bigSize(value.$big, value.preview)}
          {open ? "" : ` · ${clipText(value.preview, 60)}`}
        </span>
      </button>
      {open ? (
        <div class="lgj-json-children">
          <LazyTree load={load} of={of} path={path} />
        </div>
      ) : null}
    </div>
  );
}

function childrenOf(value: Json): readonly (readonly [string, Json])[] {
  return Array.isArray(value)
    ? value.map((item: Json, index) => [String(index), item] as const)
    : (Object.entries(value as object) as [string, Json][]);
}
