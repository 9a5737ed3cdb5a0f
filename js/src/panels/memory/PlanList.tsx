import type { JSX } from "preact";
import { useOpenRows } from "../../components/DataTable";
import { Icon } from "../../components/Icon";
import { NamespacePath, NodeName } from "../../components/NodeName";
import { formatCountWithNoun } from "../../core/format";
import { MEMORY } from "../../texts/memory";
import { ValueDiff } from "./ValueDiff";
import type { Todo } from "./planValues";
import type { FileHistory, Plan, PlanVersion } from "./plans";

const SIGNS: Readonly<Record<string, "check" | "right" | "dots">> = {
  completed: "check",
  in_progress: "right",
};

/** The todos and files of each graph that has some. */
export function PlanList({ plans }: { plans: readonly Plan[] }): JSX.Element {
  return (
    <section class="lgj-memory-plans" aria-label={MEMORY.plan}>
      {plans.map(({ namespace, todos, files, isPartial }) => (
        <div key={namespace}>
          {plans.length > 1 || namespace !== "" ? (
            <p class="lgj-memory-where">
              <NamespacePath namespace={namespace} />
            </p>
          ) : null}
          {todos.length > 0 ? <TodoVersions versions={todos} /> : null}
          {files.map((file) => (
            <FileVersions key={file.path} file={file} />
          ))}
          {isPartial ? <p class="lgj-muted">{MEMORY.partial}</p> : null}
        </div>
      ))}
    </section>
  );
}

function TodoVersions({ versions }: { versions: readonly PlanVersion<readonly Todo[]>[] }): JSX.Element {
  const { isOpen, toggle } = useOpenRows();
  const last = versions.at(-1) as PlanVersion<readonly Todo[]>;
  const earlier = versions.slice(0, -1);
  return (
    <>
      <TodoList version={last} />
      {earlier.length > 0 ? (
        <button
          type="button"
          class="lgj-link"
          aria-expanded={isOpen("todos")}
          onClick={() => toggle("todos")}
        >
          {MEMORY.earlier} ({earlier.length})
        </button>
      ) : null}
      {isOpen("todos")
        ? [...earlier].reverse().map((version) => <TodoList key={version.row.seq} version={version} />)
        : null}
    </>
  );
}

function TodoList({ version }: { version: PlanVersion<readonly Todo[]> }): JSX.Element {
  const { value: todos } = version;
  const done = todos.filter(({ status }) => status === "completed").length;
  return (
    <>
      <p class="lgj-memory-head">
        <b>{MEMORY.of(String(done), formatCountWithNoun(todos.length, MEMORY.todo))}</b>{" "}
        <VersionWriter version={version} />
      </p>
      <ul class="lgj-memory-todos">
        {todos.map(({ content, status }, nth) => (
          <li key={nth} class={`lgj-memory-${status === "completed" ? "done" : "open"}`}>
            <span class="lgj-memory-box" role="img" aria-label={MEMORY.status[status] ?? status}>
              {SIGNS[status] ? <Icon name={SIGNS[status]} /> : null}
            </span>
            <span>{content}</span>
            {status === "pending" || status === "completed" ? null : (
              <span class="lgj-tag">{MEMORY.status[status] ?? status}</span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** A file with its last writer; open, what each step made of it, the last first. */
function FileVersions({ file: { path, versions } }: { file: FileHistory }): JSX.Element {
  const { isOpen, toggle } = useOpenRows();
  const last = versions.at(-1) as PlanVersion<string | null>;
  const size = last.value === null ? MEMORY.gone : formatCountWithNoun(last.value.length, MEMORY.character);
  const textBefore = (nth: number) => versions[nth - 1]?.value ?? undefined;
  return (
    <>
      <button type="button" class="lgj-memory-file" aria-expanded={isOpen(path)} onClick={() => toggle(path)}>
        <Icon name={isOpen(path) ? "down" : "right"} />
        <Icon name="file" />
        <code class="lgj-clip">{path}</code>
        <span class="lgj-muted">{size}</span>
        <VersionWriter version={last} />
      </button>
      {isOpen(path)
        ? versions
            .map((version, nth) => (
              <div key={version.row.seq} class="lgj-memory-version">
                <VersionWriter version={version} />
                <ValueDiff before={textBefore(nth)} after={version.value ?? undefined} />
              </div>
            ))
            .reverse()
        : null}
    </>
  );
}

/** Who made it so, and in which step. */
function VersionWriter({ version: { nodes, row } }: { version: PlanVersion<unknown> }): JSX.Element {
  return (
    <span class="lgj-memory-writer">
      {nodes.map((node) => (
        <NodeName key={node} node={node} />
      ))}
      {row.step === null ? null : <span class="lgj-muted">{MEMORY.step(String(row.step))}</span>}
    </span>
  );
}
