// The texts of fields: what stands in them and beside them, and what is wrong with what was typed.

export const FIELD = {
  value: "value",
  null: "null",
  optional: "optional",
  fallback: (value: string) => `default: ${value}`,
  json: "JSON or a Python literal",
  asJson: (expected: string) => `${expected}, as JSON or a Python literal`,
  notGiven: "not given",
  give: "Give",
  giveNull: (field: string) => `Give null for ${field}`,
  leave: (field: string) => `Do not give ${field}`,
  addFirst: "Add an item",
  addNext: "Add another",
  remove: (nth: string) => `Remove item ${nth}`,
  kind: "Kind of value",
  yes: "Yes",
  no: "No",
  none: "None",
  examples: {
    "date-time": "2026-01-31T12:00:00Z",
    time: "12:00:00",
    duration: "PT1H",
    uri: "https://…",
    email: "name@example.org",
    uuid: "00000000-0000-0000-0000-000000000000",
  },
} as const;

export const ATTACH = {
  attach: "Attach images or files",
  hint: "Attach images or files; paste and drop work too",
  field: "Text with images and files",
  name: "Attachments",
  file: "file",
  remove: (name: string) => `Remove ${name}`,
  many: (most: string) => `At most ${most} images and files: nothing was added.`,
  large: (size: string, most: string) => `Together ${size}, at most ${most}: nothing was added.`,
  unread: (why: string) => `The file could not be read: ${why}`,
} as const;

export const MESSAGES = {
  list: "a list of messages",
  placeholder: "A message of the user",
  asJson: "Write messages as JSON",
  asText: "Write one message",
} as const;

/** What a schema asks for. */
export const EXPECTED = {
  nouns: {
    string: "text",
    integer: "a whole number",
    number: "a number",
    boolean: "true or false",
    object: "an object",
    array: "a list",
    null: "null",
  },
  any: "a value",
  either: (these: string, others: string) => `${these} or ${others}`,
  oneOf: (values: string) => `one of ${values}`,
} as const;

/** What is wrong with a value, after its name: "depth is needed". */
export const WRONG = {
  needed: "is needed",
  other: (expected: string, given: string) => `expects ${expected}, not ${given}`,
  nothing: "nothing",
  noNumber: (given: string) => `expects a number, not ${given}`,
  noLiteral: (why: string) => `is neither JSON nor a Python literal: ${why}`,
  short: (least: string, length: string) => `needs ${least} characters, has ${length}`,
  long: (length: string, most: string) => `has ${length} characters; at most ${most}`,
  pattern: (pattern: string) => `does not match ${pattern}`,
  few: (least: string, count: string) => `needs ${least} items, has ${count}`,
  many: (count: string, most: string) => `has ${count} items; at most ${most}`,
  unknown: "is not known here",
  number: (bound: string, given: string) => `${bound}, not ${given}`,
  bounds: {
    minimum: (limit: string) => `is at least ${limit}`,
    maximum: (limit: string) => `is at most ${limit}`,
    exclusiveMinimum: (limit: string) => `is more than ${limit}`,
    exclusiveMaximum: (limit: string) => `is less than ${limit}`,
    multipleOf: (limit: string) => `is a multiple of ${limit}`,
  },
  /** By the keyword of JSON Schema that it breaks. */
  keywords: {
    uniqueItems: "has an item twice",
    not: "is what it must not be",
    oneOf: "is none, or more than one, of what it may be",
    anyOf: "is none of what it may be",
    const: "is not the value that it must be",
    enum: "is none of the values that it may be",
    contains: "lacks an item that it needs",
    required: "is needed",
    false: "is not known here",
    minProperties: "has too few entries",
    maxProperties: "has too many entries",
  },
} as const;
