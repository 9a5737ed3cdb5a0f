// What LangChain's agents ask before they call tools, and what was decided. Pure.
//
// Three payloads: `HITLRequest`, several calls in one interrupt; `ToolApprovalRequest`, a call each, with the
// decisions in its `response_schema`; and the older list of `HumanInterrupt`.

import { isObject, type Json } from "../core/schema";

export type Decision = "approve" | "edit" | "reject" | "respond" | "ignore";

/** A call of a tool that waits for a decision. */
export interface ReviewAction {
  readonly name: string;
  readonly args: Json;
  readonly description: string;
  readonly allowed: readonly Decision[];
}

export interface Review {
  readonly kind: "calls" | "call" | "older";
  readonly actions: readonly ReviewAction[];
}

const DECISIONS: readonly Decision[] = ["approve", "edit", "reject", "respond", "ignore"];

const USUAL: readonly Decision[] = ["approve", "edit", "reject"];

/** The review that an interrupt asks for; null if it asks for something else. */
export function reviewOf(value: Json, schema: Json): Review | null {
  return reviewOfCalls(value) ?? reviewOfCall(value, schema) ?? reviewOfOlder(value);
}

type Fields = { readonly [key: string]: Json };

function asFields(value: Json | undefined): Fields | null {
  return isObject(value) ? value : null;
}

function asList(value: Json | undefined): readonly Json[] | null {
  return Array.isArray(value) && value.length > 0 ? value : null;
}

function reviewOfCalls(value: Json): Review | null {
  const requests = asList(asFields(value)?.action_requests)?.map(asFields);
  if (!requests) return null;
  const configs = (asList(asFields(value)?.review_configs) ?? []).map(asFields);
  const actions = requests.map((request, nth) => {
    const config = configs.find((each) => each?.action_name === request?.name) ?? configs[nth];
    return makeAction(
      request?.name,
      request?.args,
      request?.description,
      allowedDecisions(config?.allowed_decisions),
    );
  });
  return actions.every((each) => each !== null) ? { kind: "calls", actions } : null;
}

function reviewOfCall(value: Json, schema: Json): Review | null {
  const call = asFields(value);
  if (call?.type !== "tool_approval") return null;
  const found = makeAction(call.name, call.args, call.description, allowedDecisions(typeConstantsOf(schema)));
  return found && { kind: "call", actions: [found] };
}

function reviewOfOlder(value: Json): Review | null {
  const requests = (asList(value) ?? [value]).map(asFields);
  const actions = requests.map((request) => {
    const call = asFields(request?.action_request);
    const config = asFields(request?.config);
    if (!call || !config) return null;
    const allowed: Decision[] = [];
    if (config.allow_accept) allowed.push("approve");
    if (config.allow_edit) allowed.push("edit");
    if (config.allow_respond) allowed.push("respond");
    if (config.allow_ignore) allowed.push("ignore");
    return makeAction(call.action, call.args, request?.description, allowed);
  });
  const whole = actions.filter((each) => each !== null);
  return whole.length === requests.length ? { kind: "older", actions: whole } : null;
}

function makeAction(
  name: Json | undefined,
  args: Json | undefined,
  description: Json | undefined,
  allowed: readonly Decision[],
): ReviewAction | null {
  if (typeof name !== "string") return null;
  const text = typeof description === "string" ? description : "";
  return { name, args: args ?? {}, description: text, allowed: allowed.length > 0 ? allowed : USUAL };
}

function allowedDecisions(names: Json | undefined): Decision[] {
  const given = Array.isArray(names) ? names : [];
  return DECISIONS.filter((each) => given.includes(each));
}

/** All that a schema says a property `type` may be. */
function typeConstantsOf(schema: Json): string[] {
  const found = new Set<string>();
  const look = (value: Json) => {
    if (Array.isArray(value)) for (const each of value) look(each);
    else if (typeof value === "object" && value !== null) {
      const type = asFields(asFields((value as Fields).properties)?.type);
      for (const each of [type?.const, ...(asList(type?.enum) ?? [])])
        if (typeof each === "string") found.add(each);
      for (const each of Object.values(value)) look(each);
    }
  };
  look(schema);
  return [...found];
}

/** What was decided on each action, as the answer says it; null where it does not. */
export function decisionsOfAnswer(review: Review, answer: Json): readonly Json[] | null {
  const decided = review.kind === "calls" ? asList(asFields(answer)?.decisions) : asList(answer);
  const all = review.kind === "call" ? [answer] : (decided ?? []);
  return all.length === review.actions.length && all.every((each) => asFields(each)) ? all : null;
}
