// What is loaded once somebody edits a message.

export { EditMessage } from "./EditMessage";
export { begun } from "./inPlace";
