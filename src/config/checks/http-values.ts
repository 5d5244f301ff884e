/** Rules for what a remote entry sends over HTTP: its URL and headers, with the values that variables have. */

import { resolveReferences, unsetIn, type Values, variablesIn } from '../../model/references.ts';
import { headerProblem, isReservedHeader, urlProblem } from '../../model/text/http-values.ts';
import type { EntryOf } from '../parse/parse.ts';
import type { Flag } from './checked.ts';

/** Stands for a variable without a value. It can be a host, a port and a part of a path. */
const STAND_IN = '1';

export function checkHttpValues(entry: EntryOf<'remote'>, flag: Flag, values: Values): void {
  const { url, headers } = entry.input;
  if (url !== undefined) checkUrl(entry.serverName, url, flag, values);
  for (const [name, value] of Object.entries(headers ?? {}))
    checkHeader(entry.serverName, name, String(value), flag, values);
}

function checkUrl(serverName: string, url: string, flag: Flag, values: Values): void {
  const unset = unsetIn(url, values);
  // A URL that is a variable without a value: that is reported when the server is started.
  if (unset.length > 0 && url.startsWith('${')) return;
  const variables = variablesIn(url);
  const resolved = resolve(url, values, unset);
  const problem = urlProblem(resolved, variables.length > 0);
  if (problem)
    flag(['url'], `"url" of server "${serverName}"${madeOf(variables)} ${problem}`, urlHint(variables));
}

function checkHeader(serverName: string, name: string, value: string, flag: Flag, values: Values): void {
  const what = `header "${name}" of server "${serverName}"`;
  if (isReservedHeader(name))
    flag(['headers', name], `${what} belongs to the connection`, 'remove it: Hive sets it itself', 'key');
  const variables = variablesIn(value);
  const problem = headerProblem(resolve(value, values, unsetIn(value, values)));
  if (problem) flag(['headers', name], `${what}${madeOf(variables)} ${problem}`, headerHint(variables));
}

const resolve = (text: string, values: Values, unset: readonly string[]): string =>
  resolveReferences(text, { ...values, ...Object.fromEntries(unset.map((name) => [name, STAND_IN])) });

const madeOf = (variables: readonly string[]): string =>
  variables.length === 0 ? '' : `, with the value of ${listed(variables)},`;

const listed = (variables: readonly string[]): string => variables.map((name) => `\${${name}}`).join(' and ');

const urlHint = (variables: readonly string[]): string =>
  variables.length === 0
    ? 'write the URL that the server documents, such as https://mcp.example.com/mcp'
    : `correct ${listed(variables)} in .env or the environment: the URL must look like https://mcp.example.com/mcp`;

const headerHint = (variables: readonly string[]): string =>
  variables.length === 0 ? 'type the value anew' : `correct ${listed(variables)} in .env or the environment`;
