/** Rules about the URL and the headers of a remote server: what could never be sent. */
import { resolveReferences, unsetIn, type Values } from '../../model/references.ts';
import type { EntryOf } from '../parse/parse.ts';
import type { Flag } from './checked.ts';

/** A text to fill in: `<your-host>`, `{tenant}`, `YOUR_HOST`. */
const PLACEHOLDER = /<[^<>\s]+>|(?<!\$)\{[\w-]+\}|\bYOUR[-_][A-Z_-]+\b/;

/** What is wrong with texts of the file itself. */
export function checkWrittenUrl({ serverName, input }: EntryOf<'remote'>, flag: Flag): void {
  const { url, headers = {} } = input;
  const what = `"url" of server "${serverName}"`;
  const placeholder = PLACEHOLDER.exec(url)?.[0];
  const fault = url.includes('${') ? undefined : urlFault(url);
  if (placeholder !== undefined)
    flag(['url'], `${what} still holds ${placeholder}`, 'write your own value in its place');
  else if (fault !== undefined) flag(['url'], `${what} ${fault.message}`, fault.hint);
  for (const [name, value] of Object.entries(headers))
    if (!String(value).includes('${')) checkHeader(serverName, name, String(value), flag);
}

/** What is wrong only since variables have the values that they have. */
export function checkValuesOfRemote(
  { serverName, input: { url, headers = {} } }: EntryOf<'remote'>,
  values: Values,
  flag: Flag,
): void {
  const resolved = (text: string): string | undefined => {
    if (!text.includes('${') || unsetIn(text, values).length > 0) return undefined;
    const whole = resolveReferences(text, values);
    return whole.includes('${') ? undefined : whole;
  };
  const whole = resolved(url);
  const fault = whole === undefined ? undefined : urlFault(whole);
  const what = `"url" of server "${serverName}", with its variables,`;
  if (fault) flag(['url'], `${what} ${fault.message}`, 'check the value of the variable');
  for (const [name, value] of Object.entries(headers)) {
    const text = resolved(String(value));
    if (text !== undefined) checkHeader(serverName, name, text, flag);
  }
}

function urlFault(url: string): { readonly message: string; readonly hint: string } | undefined {
  const hint = 'write it as https://mcp.example.com/mcp';
  if (!/^https?:\/\//i.test(url)) return { message: 'does not begin with http:// or https://', hint };
  if (/^https?:\/\/($|[/?#:])/i.test(url)) return { message: 'names no host', hint };
  const port = /^https?:\/\/[^/?#]*:(\d+)(?=[/?#]|$)/i.exec(url)?.[1];
  if (port !== undefined && Number(port) > 65_535)
    return { message: `has the port ${port}, and the highest is 65535`, hint };
  const at = /\s/.exec(url);
  if (at) return { message: 'holds a space', hint: 'write %20 for a space in the path, or take it out' };
  return URL.canParse(url) ? undefined : { message: 'is not a URL', hint };
}

/** Characters that HTTP lets into a header value (RFC 9110, 5.5). */
const SENDABLE = /^[\t\x20-\x7e\x80-\xff]*$/;

function checkHeader(serverName: string, name: string, value: string, flag: Flag): void {
  // Spaces and line breaks around the value are not sent.
  if (SENDABLE.test(value.trim())) return;
  flag(
    ['headers', name],
    `"headers.${name}" of server "${serverName}" holds a character that HTTP cannot send in a header`,
    'take out line breaks and letters beyond Latin-1, or encode the value',
  );
}
