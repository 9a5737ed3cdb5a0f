import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { DropDown } from "../../components/DropDown";
import { Problem } from "../../components/Problem";
import { GRAPH } from "../../texts/graph";
import { downloadFile, renderPng, colorResolver } from "./savePicture";
import { type Picture, renderSvg } from "./svg";

const FORMATS = { svg: "SVG", png: "PNG" } as const;

/** Writes the drawing, as it is drawn now, to a file: all of it, whatever part of it is on screen. */
export function SaveMenu({ picture, name }: { picture: Picture; name: string }): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (format: keyof typeof FORMATS, close: () => void) => {
    close();
    setProblem(null);
    try {
      const svg = renderSvg(picture, colorResolver(root.current as HTMLElement));
      const file = format === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await renderPng(svg);
      downloadFile(file, `${name || "graph"}.${format}`);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <>
      <div ref={root}>
        <DropDown label={GRAPH.save} shown={GRAPH.save} title={GRAPH.saveHint}>
          {(close) => (
            <div class="lgj-menu">
              {(Object.keys(FORMATS) as (keyof typeof FORMATS)[]).map((format) => (
                <button
                  key={format}
                  type="button"
                  class="lgj-button lgj-option"
                  onClick={() => save(format, close)}
                >
                  {FORMATS[format]}
                </button>
              ))}
            </div>
          )}
        </DropDown>
      </div>
      <Problem text={problem} />
    </>
  );
}
