// What the panel asks the kernel for: `lg_jupyter/widgets/queries.py` is its other side.

/** What a prompt can be copied as. */
export type PromptForm = "json" | "openai" | "python";

declare module "../../core/connection/methods" {
  interface Methods {
    prompt: { params: { call_id: string; form: PromptForm }; result: { text: string } };
  }
}
