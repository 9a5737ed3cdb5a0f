// Markdown as elements, straight from the parser's tokens. No HTML is ever made from a text: tags in it
// stand there as they were written, links lead to http(s) only, images are links.

import { Lexer, type Token, type Tokens } from "marked";
import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import { isWebUrl } from "../core/links";
import { MARKDOWN } from "../texts/markdown";
import "./text.css";
import "./Markdown.css";

export function Markdown({ text }: { text: string }): JSX.Element {
  const tokens = useMemo(() => parseMarkdown(text), [text]);
  if (tokens === null)
    return (
      <div class="lgj-text" dir="auto">
        {text}
      </div>
    );
  return <div class="lgj-markdown">{tokens.map(renderBlock)}</div>;
}

/** Null where the parser gives up, which must not cost the reader the text. */
function parseMarkdown(text: string): Token[] | null {
  try {
    return new Lexer({ gfm: true, breaks: true }).lex(text);
  } catch {
    return null;
  }
}

function renderBlock(token: Token, key: number): ComponentChildren {
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "heading":
      return (
        <p key={key} dir="auto" class={`lgj-h lgj-h${(token as Tokens.Heading).depth}`}>
          {renderInlines(token.tokens)}
        </p>
      );
    case "code":
      return (
        <pre key={key}>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      );
    case "blockquote":
      return (
        <blockquote key={key} dir="auto">
          {(token.tokens ?? []).map(renderBlock)}
        </blockquote>
      );
    case "list":
      return renderList(token as Tokens.List, key);
    case "table":
      return renderTable(token as Tokens.Table, key);
    case "hr":
      return <hr key={key} />;
    case "paragraph":
      return (
        <p key={key} dir="auto">
          {renderInlines(token.tokens)}
        </p>
      );
    case "text":
      return (
        <span key={key}>
          {token.tokens ? renderInlines(token.tokens) : unescapeEntities((token as Tokens.Text).text)}
        </span>
      );
    default:
      return <p key={key}>{token.raw}</p>; // html, and whatever else
  }
}

function renderList(token: Tokens.List, key: number): JSX.Element {
  const items = token.items.map((item, nth) => (
    <li key={nth} dir="auto">
      {item.task ? <input type="checkbox" checked={item.checked ?? false} disabled /> : null}
      {item.tokens.filter((each) => each.type !== "checkbox").map(renderBlock)}
    </li>
  ));
  return token.ordered ? (
    <ol key={key} dir="auto" start={Number(token.start) || 1}>
      {items}
    </ol>
  ) : (
    <ul key={key} dir="auto">
      {items}
    </ul>
  );
}

function renderTable(token: Tokens.Table, key: number): JSX.Element {
  const style = (nth: number) => ({ textAlign: token.align[nth] ?? "start" });
  return (
    <div key={key} class="lgj-markdown-table">
      <table>
        <thead>
          <tr>
            {token.header.map((cell, nth) => (
              <th key={nth} dir="auto" style={style(nth)}>
                {renderInlines(cell.tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, nth) => (
            <tr key={nth}>
              {row.map((cell, column) => (
                <td key={column} dir="auto" style={style(column)}>
                  {renderInlines(cell.tokens)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function renderInlines(tokens: readonly Token[] | undefined): ComponentChildren {
  return (tokens ?? []).map(renderInline);
}

function renderInline(token: Token, key: number): ComponentChildren {
  switch (token.type) {
    case "strong":
      return <strong key={key}>{renderInlines(token.tokens)}</strong>;
    case "em":
      return <em key={key}>{renderInlines(token.tokens)}</em>;
    case "del":
      return <del key={key}>{renderInlines(token.tokens)}</del>;
    case "codespan":
      return <code key={key}>{(token as Tokens.Codespan).text}</code>;
    case "br":
      return <br key={key} />;
    case "link":
      return renderLink((token as Tokens.Link).href, renderInlines(token.tokens), key);
    case "image":
      return renderLink(
        (token as Tokens.Image).href,
        MARKDOWN.image((token as Tokens.Image).text || MARKDOWN.noText),
        key,
      );
    case "escape":
      return (token as Tokens.Escape).text;
    case "text":
      return token.tokens ? renderInlines(token.tokens) : unescapeEntities((token as Tokens.Text).text);
    default:
      return token.raw;
  }
}

function renderLink(href: string, children: ComponentChildren, key: number): ComponentChildren {
  if (!isWebUrl(href)) return <span key={key}>{children}</span>;
  return (
    <a key={key} href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {children}
    </a>
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  nbsp: "\u00a0",
};

/** The character entities that Markdown allows in a text; unknown ones stay as they are. */
function unescapeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w+));/g, (whole, decimal, hex, name) => {
    if (name) return ENTITIES[name] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
