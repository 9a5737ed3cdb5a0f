// What the build does to files on their way into a bundle.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * Only marked's lexer is used. But its module makes a whole parser with a renderer when it is loaded, which no
 * bundler may leave out: so the end of the module, where that happens, is.
 */
export const lexerOnly = {
  name: "lexer-only",
  setup({ onLoad }) {
    onLoad({ filter: /marked\.esm\.js$/ }, async ({ path }) => {
      const whole = await readFile(path, "utf8");
      const lexer = /export\{[^}]*?([\w$]+) as Lexer\b/.exec(whole)?.[1];
      const end = whole.search(/;var [\w$]+=new [\w$]+;function /);
      if (!lexer || end < 0) throw new Error("marked's module is not what it was: look at lexerOnly");
      return { contents: `${whole.slice(0, end)};export{${lexer} as Lexer};`, loader: "js" };
    });
  },
};

/** A style sheet is a module that adds it to those of the page: so it comes with what it is the looks of, once. */
export const sheets = {
  name: "sheets",
  setup({ initialOptions, onLoad }) {
    const root = initialOptions.absWorkingDir ?? decodeURIComponent(new URL("..", import.meta.url).pathname);
    const styles = join(root, "src/core/styles.ts");
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { outputFiles, metafile } = await build({
        entryPoints: [path],
        bundle: true,
        minify: initialOptions.minify ?? false,
        charset: "utf8",
        write: false,
        metafile: true,
      });
      const { rules, frames } = apart(outputFiles[0].text);
      const contents = [
        `import { addSheet } from ${JSON.stringify(styles)};`,
        `addSheet(${[rules, frames]
          .filter(Boolean)
          .map((text) => JSON.stringify(text))
          .join(", ")});`,
      ];
      return { contents: contents.join("\n"), loader: "js", watchFiles: Object.keys(metafile.inputs) };
    });
  },
};

/** Rules, and `@keyframes`, which cannot stand within a rule. */
export function apart(sheet) {
  const frames = [];
  const rules = sheet.replace(/@keyframes [^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, (each) => {
    frames.push(each);
    return "";
  });
  return { rules: rules.trim(), frames: frames.join("") };
}
