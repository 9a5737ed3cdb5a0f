// What steering rests on: lines of Python, reviews of tool calls, writes, lanes. Without a page.

import { describe, expect, it } from "vitest";
import type { CheckpointRow, Json } from "../../src/core/schema";
import { InvalidInput } from "../../src/form/schema";
import { runStartsOf, checkpointItemsOf, laneCount } from "../../src/panels/checkpoints/data";
import { lanesOf } from "../../src/panels/checkpoints/lanes";
import { emptyDraft, answerOutcomeOf } from "../../src/steer/answerDrafts";
import { branchNamesOf } from "../../src/steer/branchNames";
import type { CheckpointListed, CheckpointHistory, SteeringInfo } from "../../src/steer/protocol";
import { forkCode, pythonLiteral, resumeCode } from "../../src/steer/pythonCode";
import { resumeHintText } from "../../src/steer/ResumeBar";
import { missingInChoice } from "../../src/steer/missingInChoice";
import { reviewAnswerOf, type ActionChoice, undecidedChoice } from "../../src/steer/reviewAnswer";
import { reviewOf } from "../../src/steer/review";
import { findOpaquePath, writesOf } from "../../src/steer/writes";

describe("a line of Python", () => {
  it.each<[Json, string]>([
    [null, "None"],
    [[true, false, 1.5, -2], "[True, False, 1.5, -2]"],
    [{ "it's": ['a "b"\n', {}] }, '{"it\'s": ["a \\"b\\"\\n", {}]}'],
  ])("writes %j as %s", (value, written) => {
    expect(pythonLiteral(value)).toBe(written);
  });

  it("answers the one question by itself, several by their ids", () => {
    expect(resumeCode("run", { a1: "yes" }, 1, null)).toBe('run.resume("yes")');
    expect(resumeCode("run", { a1: "yes" }, 2, null)).toBe('run.resume({"a1": "yes"})');
    expect(resumeCode("run", {}, 0, null)).toBe("run.resume()");
    expect(resumeCode("run", { a1: null }, 1, { before: ["write"], after: [] })).toBe(
      'run.resume(None, before=["write"], after=[])',
    );
  });

  it("forks with what is written, and as which node", () => {
    expect(forkCode("lg_jupyter.last_run", "1ef", null, null, null)).toBe('lg_jupyter.last_run.fork("1ef")');
    expect(forkCode("run", "1ef", { topic: "tea" }, "first", null)).toBe(
      'run.fork("1ef", values={"topic": "tea"}, as_node="first")',
    );
  });
});

describe("a review of tool calls", () => {
  const batch = {
    action_requests: [
      { name: "send", args: { to: "a" }, description: "Send?" },
      { name: "delete", args: { path: "/" } },
    ],
    review_configs: [
      { action_name: "send", allowed_decisions: ["approve", "edit", "reject", "respond"] },
      { action_name: "delete", allowed_decisions: ["reject", "approve"] },
    ],
  };
  const review = (value: Json, schema: Json = null) => {
    const found = reviewOf(value, schema);
    if (!found) throw new Error("no review");
    return found;
  };

  it("knows each call and the decisions that are allowed", () => {
    const { actions } = review(batch);
    expect(actions.map(({ name, allowed }) => [name, allowed])).toEqual([
      ["send", ["approve", "edit", "reject", "respond"]],
      ["delete", ["approve", "reject"]],
    ]);
  });

  it("becomes one decision for each call, in order", () => {
    const found = review(batch);
    const choices: ActionChoice[] = [
      { decision: "edit", args: { to: "b" }, message: "" },
      { decision: "reject", args: {}, message: "Never." },
    ];
    expect(reviewAnswerOf(found, choices)).toEqual({
      decisions: [
        { type: "edit", edited_action: { name: "send", args: { to: "b" } } },
        { type: "reject", message: "Never." },
      ],
    });
    const [first] = found.actions.map(undecidedChoice) as [ActionChoice];
    expect(
      reviewAnswerOf(found, [
        { ...first, decision: "approve" },
        { ...first, decision: "reject" },
      ]),
    ).toEqual({
      decisions: [{ type: "approve" }, { type: "reject" }],
    });
    expect(
      reviewAnswerOf(found, [{ ...first, decision: "respond", message: "Sent it." }, first]),
    ).toMatchObject({
      decisions: [{ type: "respond", message: "Sent it." }, {}],
    });
  });

  it("waits until every call is decided", () => {
    const given = emptyDraft(batch, null);
    expect(answerOutcomeOf(given)).toEqual({ ready: false, problem: "send is not decided" });
    if (given.kind !== "review") throw new Error("no review");
    const choices = given.choices.map((each) => ({ ...each, decision: "approve" as const }));
    expect(answerOutcomeOf({ ...given, choices })).toMatchObject({ ready: true });
  });

  it("says what a decision lacks", () => {
    const choice: ActionChoice = { decision: "respond", args: {}, message: " " };
    expect(missingInChoice(choice)).toBe("needs what to respond");
    expect(missingInChoice({ ...choice, decision: "edit", args: [1] })).toBe("arguments are an object, {…}");
    expect(missingInChoice({ ...choice, decision: "edit", args: new InvalidInput("{", "is no JSON") })).toBe(
      "is no JSON",
    );
    expect(missingInChoice({ ...choice, decision: "reject" })).toBeNull();
    const schema = { type: "object", properties: { copies: { type: "integer" } } };
    const copies = new InvalidInput("two", "expects a number, not two");
    expect(missingInChoice({ ...choice, decision: "edit", args: { copies }, schema })).toBe(
      "copies expects a number, not two",
    );
  });

  it("of one call is answered by one decision, those of its schema", () => {
    const call = { type: "tool_approval", tool_call_id: "c", name: "send", args: {}, description: "" };
    const schema = {
      $defs: {
        Approve: { properties: { type: { const: "approve" } } },
        Reject: { properties: { type: { enum: ["reject"] } } },
      },
      oneOf: [{ $ref: "#/$defs/Approve" }, { $ref: "#/$defs/Reject" }],
    };
    const found = review(call, schema);
    expect(found.actions[0]?.allowed).toEqual(["approve", "reject"]);
    const choice: ActionChoice = { decision: "approve", args: {}, message: "" };
    expect(reviewAnswerOf(found, [choice])).toEqual({ type: "approve" });
  });

  it("of one call is not sent with arguments that its schema refuses", () => {
    const call = {
      type: "tool_approval",
      tool_call_id: "c",
      name: "send",
      args: { to: "a" },
      description: "",
    };
    const args = { type: "object", properties: { to: { type: "string" } }, required: ["to"] };
    const action = {
      type: "object",
      properties: { name: { const: "send" }, args },
      required: ["name", "args"],
    };
    const properties = { type: { const: "edit" }, edited_action: action };
    const given = emptyDraft(call, { type: "object", properties, required: ["type", "edited_action"] });
    if (given.kind !== "review") throw new Error("no review");
    const edited = (to: Json) =>
      answerOutcomeOf({ ...given, choices: [{ decision: "edit", args: { to }, message: "" }] });
    expect(edited("b")).toMatchObject({ ready: true });
    expect(edited(3)).toMatchObject({
      ready: false,
      problem: expect.stringContaining("/edited_action/args/to"),
    });
  });

  it("of the older kind is answered in its words", () => {
    const config = { allow_accept: true, allow_edit: true, allow_respond: true, allow_ignore: true };
    const found = review([
      { action_request: { action: "send", args: { to: "a" } }, config, description: null },
    ]);
    const answer = (decision: ActionChoice["decision"], message = "") =>
      reviewAnswerOf(found, [{ decision, args: { to: "b" }, message }]);
    expect(answer("approve")).toEqual([{ type: "accept", args: null }]);
    expect(answer("ignore")).toEqual([{ type: "ignore", args: null }]);
    expect(answer("respond", "No.")).toEqual([{ type: "response", args: "No." }]);
    expect(answer("edit")).toEqual([{ type: "edit", args: { action: "send", args: { to: "b" } } }]);
  });

  it.each<Json>([
    null,
    "Really?",
    [],
    {},
    { question: "?" },
    [{ action_request: {} }],
    { action_requests: [] },
  ])("is not what %j asks for", (value) => {
    expect(reviewOf(value, null)).toBeNull();
  });
});

describe("what is written of an edited state", () => {
  const rules = (reduced: string[] | null) => ({ reduced, by_id: null, supports_overwrite: true });
  const [human, ai] = [
    { type: "human", id: "h", content: "Hi" },
    { type: "ai", id: "a", content: "Hello" },
  ];

  it("is what changed alone", () => {
    expect(writesOf({ a: 1, b: { c: [1] } }, { a: 1, b: { c: [1] } }, rules([]))).toEqual({});
    expect(writesOf({ a: 1, b: 2 }, { a: 1, b: 3 }, rules([]))).toEqual({ b: 3 });
  });

  it("passes by a reducer that would add to it", () => {
    const [before, after] = [{ log: ["a"] }, { log: ["b"] }];
    expect(writesOf(before, after, rules(["log"]))).toEqual({ log: { __overwrite__: ["b"] } });
    expect(writesOf(before, after, rules(null))).toEqual({ log: ["b"] });
    expect(writesOf(before, after, { ...rules(["log"]), supports_overwrite: false })).toEqual(after);
  });

  it("is of messages those that are others, new or gone", () => {
    const edited = { ...ai, content: "Hello!" };
    const added = { type: "human", content: "And?" };
    const written = (after: Json, by_id: string[] | null = ["m"]) =>
      writesOf({ m: [human, ai] }, { m: after }, { ...rules(["m"]), by_id }).m;
    expect(written([human, edited, added])).toEqual([edited, added]);
    expect(written([human, edited], null)).toEqual([edited]);
    expect(written([human])).toEqual([{ type: "remove", id: "a" }]);
    expect(written([ai, human])).toEqual({ __overwrite__: [ai, human] });
    expect(written([human, edited], [])).toEqual({ __overwrite__: [human, edited] });
  });

  it("cannot be an object that JSON has no word for", () => {
    expect(findOpaquePath({ a: [1, { $type: "app.Thing", repr: "<Thing>" }] })).toBe("/a/1");
    expect(findOpaquePath({ a: [1, { type: "ai" }] })).toBeNull();
  });
});

describe("lanes", () => {
  const drawn = (text: string) =>
    lanesOf(
      text.split(" ").map((each) => {
        const [id, parent = ""] = each.split("<");
        return { id: id as string, parent: parent || null };
      }),
    );

  it("are one where nothing branches", () => {
    const lanes = drawn("a b<a c<b");
    expect(lanes.map(({ lane, up, down }) => [lane, up, down])).toEqual([
      [0, false, true],
      [0, true, true],
      [0, true, false],
    ]);
  });

  it("go round what came between a checkpoint and its branch", () => {
    const lanes = drawn("a b<a c<b d<a e<d");
    expect(lanes.map(({ lane }) => lane)).toEqual([0, 0, 0, 1, 1]);
    expect(lanes[0]?.out).toEqual([1]);
    expect(lanes[1]?.through).toEqual([1]);
    expect(lanes[3]?.up).toBe(true);
    expect(lanes[4]).toMatchObject({ up: true, down: false, through: [] });
  });

  it("are free again once a branch has ended", () => {
    const lanes = drawn("a b<a x<a c<b y<c d<c");
    expect(lanes.map(({ lane }) => lane)).toEqual([0, 0, 1, 0, 0, 1]);
  });

  it("begin anew where a parent is not known", () => {
    expect(drawn("a<gone b<a").map(({ up }) => up)).toEqual([false, true]);
  });
});

describe("the list of checkpoints", () => {
  const listed = (id: string, parent: string | null, run: string | null): CheckpointListed => ({
    checkpoint_id: id,
    parent_checkpoint_id: parent,
    step: 0,
    source: "loop",
    next: [],
    created_at: null,
    changed: [],
    run,
  });
  const history = (...rows: CheckpointListed[]): CheckpointHistory => ({
    total: rows.length,
    rows,
    runs: [],
    nodes: [],
    keys: [],
    reduced: [],
    by_id: [],
    supports_overwrite: true,
  });
  const pushed = (id: string, parent: string | null, namespace = ""): CheckpointRow => ({
    checkpoint_id: id,
    parent_checkpoint_id: parent,
    thread_id: "t",
    namespace,
    step: 1,
    source: "loop",
    timestamp: 1,
    next: ["write"],
    values: {},
  });
  const all = () => true;

  it("has those of the thread and those that came since, by their time", () => {
    const items = checkpointItemsOf(
      history(listed("1", null, null), listed("2", "1", "me")),
      [pushed("3", "2")],
      "me",
      false,
      all,
    );
    expect(items.map(({ listed: each }) => [each.checkpoint_id, each.run])).toEqual([
      ["1", null],
      ["2", "me"],
      ["3", "me"],
    ]);
    expect([...runStartsOf(items)]).toEqual([
      [0, null],
      [1, "me"],
    ]);
  });

  it("has subgraphs' on demand, which lanes pass by", () => {
    const rows = [pushed("1", null), pushed("2", null, "sub:x"), pushed("3", "1")];
    expect(checkpointItemsOf(null, rows, "me", false, all)).toHaveLength(2);
    const items = checkpointItemsOf(null, rows, "me", true, all);
    expect(items[1]?.lanes).toMatchObject({ lane: -1, through: [0] });
    expect(laneCount(items)).toBe(1);
  });

  it("ties what is shown over what a filter hides", () => {
    const rows = [pushed("1", null), pushed("2", "1"), pushed("3", "2")];
    const items = checkpointItemsOf(null, rows, "me", false, (row) => row.checkpoint_id !== "2");
    expect(items.map(({ lanes }) => [lanes.lane, lanes.up])).toEqual([
      [0, false],
      [0, true],
    ]);
  });
});

describe("branches", () => {
  it("are called by where they come from", () => {
    const names = branchNamesOf([
      { run: "a", parent: "root" },
      { run: "b", parent: "root" },
      { run: "c", parent: "a" },
    ]);
    expect([...names.values()]).toEqual(["Branch 1", "Branch 2", "Branch 1.1"]);
  });
});

describe("a run that stands", () => {
  const known = (fields: Partial<SteeringInfo>) =>
    ({ next: ["write"], before: [], after: [], ...fields }) as SteeringInfo;
  it.each([
    [known({ before: ["write"] }), "interrupted", "Stopped at the breakpoint before write."],
    [known({ before: ["*"] }), "interrupted", "Stopped at the breakpoint before write."],
    [
      known({ after: ["plan"] }),
      "interrupted",
      "Stopped at the breakpoint after plan; it goes on with write.",
    ],
    [known({}), "interrupted", "Stopped at a breakpoint."],
    [known({}), "cancelled", "It can go on from its last checkpoint with write."],
    [known({ next: [] }), "error", "It can go on from its last checkpoint."],
  ] as const)("says why", (steering, status, words) => {
    expect(resumeHintText(steering, status)).toBe(words);
  });
});
