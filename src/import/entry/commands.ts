/** Commands that have a shorter form in Hive: shells of Windows, and bridges to remote servers. */
import { type Keys, type Tell, textsOf } from '../../config/foreign/keys.ts';
import { isRecord } from '../../model/collections/is-record.ts';

/** Programs that are on the PATH of most machines. */
const KNOWN_PROGRAM =
  /(?:^|[\\/])(?<name>npx|node|npm|pnpm|bunx|bun|uvx|uv|python3?|pipx|deno|docker)(\.(cmd|exe|bat))?$/i;

/** `cmd /c npx …` starts npx where a shell is needed for that; elsewhere the shell does not exist. */
export function withoutWindowsShell(keys: Keys, tell: Tell): Keys {
  const { command, args } = keys;
  if (typeof command !== 'string') return keys;
  const words = textsOf(args);
  const isShell = /(^|\\)cmd(\.exe)?$/i.test(command) && /^\/c$/i.test(words[0] ?? '');
  const [program, ...rest] = isShell ? words.slice(1) : [command, ...words];
  const isWindows = /^[A-Za-z]:[\\/]|\.(cmd|exe|bat)$/i.test(program ?? '');
  const known = isWindows ? KNOWN_PROGRAM.exec(program ?? '')?.groups?.name?.toLowerCase() : undefined;
  if (isWindows && known === undefined)
    tell(`${program} is a path of Windows: write the path on this machine`);
  if (!isShell && known === undefined) return keys;
  return { ...keys, command: known ?? program, args: rest };
}

/** Options of mcp-remote that Hive needs no equivalent for. */
const IGNORED = new Set(['--allow-http', '--debug', '--silent']);
const IGNORED_WITH_VALUE = new Set(['--transport', '--host', '--auth-timeout']);

/** `npx mcp-remote URL --header K:V` is a process that connects to URL. Hive connects by itself. */
export function withoutRemoteBridge(keys: Keys): Keys {
  const { command, args, env: _, ...rest } = keys;
  const words = [String(command ?? ''), ...textsOf(args)];
  const at = words.findIndex((word) => /^mcp-remote(@[\w.-]+)?$/.test(word));
  const isRunner = /^(npx|bunx|pnpm|yarn|bun|deno|mcp-remote)/.test(words[0] ?? '');
  const url = words[at + 1];
  if (at < 0 || !isRunner || url === undefined || !/^https?:\/\/|^\$\{/.test(url)) return keys;
  const headers = headersIn(words.slice(at + 2));
  return headers === undefined
    ? keys
    : { ...rest, url, ...(Object.keys(headers).length > 0 ? { headers } : {}) };
}

/** Undefined if there is an option that changes more than the connection. */
function headersIn(words: readonly string[]): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const header = word === '--header' ? HEADER.exec(words[at + 1] ?? '')?.groups : undefined;
    if (header?.name !== undefined) headers[header.name.trim()] = header.value ?? '';
    else if (!IGNORED.has(word) && !IGNORED_WITH_VALUE.has(word) && !/^\d+$/.test(word)) return undefined;
    if (word.startsWith('--') && !IGNORED.has(word)) at++;
  }
  return headers;
}

const HEADER = /^(?<name>[^:]+):\s*(?<value>.*)$/s;

/** The entry without maps and lists that hold nothing. */
export function withoutEmpty(keys: Keys): Keys {
  const isEmpty = (value: unknown) =>
    (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0);
  return Object.fromEntries(
    Object.entries(keys).filter(([, value]) => value !== undefined && !isEmpty(value)),
  );
}
