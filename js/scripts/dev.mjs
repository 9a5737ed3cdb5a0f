// Serves the demo page on this machine alone, rebuilt at each request.

import { context } from "esbuild";
import { options } from "./build.mjs";

const server = await context({
  ...options,
  entryPoints: [{ in: "demo/demo.ts", out: "demo" }],
  outdir: "demo",
  sourcemap: "inline",
  write: false,
});
const { port } = await server.serve({
  host: "127.0.0.1",
  port: Number(process.env.PORT ?? 8137),
  servedir: "demo",
});
console.log(`http://127.0.0.1:${port}/`);
