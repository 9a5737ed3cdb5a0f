import { expect, it } from "vitest";
import { task } from "../builders";
import { eachOnItsOwn, open, shownRows, text } from "../page";

eachOnItsOwn();

it("lists the tasks that failed, and with what", async () => {
  const failed = task("b", { node: "melt", status: "error", error: { message: "too warm" } });
  const panel = await open(await shownRows({ tasks: [task("a"), failed] }), "Failures");
  expect(text(panel)).toMatch(/melt.*too warm/);
});

it("says that nothing failed", async () => {
  const panel = await open(await shownRows({ tasks: [task("a")] }, {}, { status: "success" }), "Failures");
  expect(text(panel)).toContain("Nothing failed.");
});
