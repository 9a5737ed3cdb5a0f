// A value as people write it in a notebook: JSON, or a Python literal. Nothing is evaluated. Pure.

import type { Json } from "../core/schema";
import { WRONG } from "../texts/form";
import { type Draft, InvalidInput } from "./schema";

const TOKENS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\b(?:True|False|None)\b|[()]|,(?=\s*[\])}])/gs;

const WORDS: Readonly<Record<string, string>> = {
  True: "true",
  False: "false",
  None: "null",
  "(": "[",
  ")": "]",
  ",": "",
};

/** The value of a text, `undefined` for an empty one. */
export function parseLiteral(text: string): Draft {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    try {
      return JSON.parse(text.replace(TOKENS, jsonTokenOf)) as Json;
    } catch {
      return new InvalidInput(text, WRONG.noLiteral((error as Error).message));
    }
  }
}

function jsonTokenOf(token: string): string {
  if (token.startsWith('"')) return token;
  if (!token.startsWith("'")) return WORDS[token] ?? token;
  const inner = token
    .slice(1, -1)
    .replace(/\\.|"/gs, (each) => (each === "\\'" ? "'" : each === '"' ? '\\"' : each));
  return `"${inner}"`;
}

/** A value as text: short ones on one line. */
export function formatLiteral(value: Draft): string {
  if (value === undefined) return "";
  if (value instanceof InvalidInput) return value.text;
  const line = JSON.stringify(value);
  return line.length <= 60 ? line : JSON.stringify(value, null, 2);
}
