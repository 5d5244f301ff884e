/** Server names that Hive accepts, made from any text. */
import { SERVER_NAME } from '../../model/text/grammar.ts';

/** `github.com/upstash/context7-mcp` becomes `context7-mcp`, `Dev Box MCP` becomes `dev-box-mcp`. */
export function suggestedName(text: string): string {
  const last = /^[\w.-]+(\/[\w.-]+)+$/.test(text) ? text.slice(text.lastIndexOf('/') + 1) : text;
  return SERVER_NAME.test(last) ? last : slug(last);
}

/** The suggested name, with a number behind it if it is taken. */
export function freeName(text: string, taken: ReadonlySet<string>): string {
  const name = suggestedName(text);
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) {
    const next = `${name.slice(0, 58)}-${number}`;
    if (!taken.has(next)) return next;
  }
}

function slug(text: string): string {
  const ascii = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  const name = ascii
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '')
    .slice(0, 63)
    .toLowerCase();
  return name === '' ? 'server' : name;
}
