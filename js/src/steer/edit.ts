// What is loaded once somebody edits a message.

export { MessageEditor } from "./MessageEditor";
export { beginEdit } from "./inPlaceEdit";
