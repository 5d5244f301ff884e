/**
 * The schema pass: raw entries to typed input. A bad entry is reported and left out, so that the others are
 * checked too.
 */

import { isRecord } from '../../model/collections/is-record.ts';
import type { Values } from '../../model/references.ts';
import { SERVER_NAME } from '../../model/text/grammar.ts';
import { suggestedName } from '../foreign/names.ts';
import type { BuiltinInput } from '../schema/builtin.ts';
import type { ContainerInput } from '../schema/container.ts';
import { keyHints } from '../schema/key-hints.ts';
import { KIND_HINT, type KindProblem, kindOf, misspeltKind, schemaOf } from '../schema/kinds.ts';
import type { NativeInput } from '../schema/native.ts';
import type { RemoteInput } from '../schema/remote.ts';
import type { SettingsInput } from '../schema/stack.ts';
import { READ_ONCE } from '../schema/values.ts';
import type { Finding, Report } from '../source/report.ts';
import type { KeyPath } from '../source/source.ts';
import type { RawServer, RawStack } from './collect.ts';
import { translateIssues, withoutRefused } from './issues.ts';
import { parseSettings } from './parse-settings.ts';

interface EntryBase extends RawServer {
  /**
   * True if the schema refused some keys. They are left out, so that the others are checked in the same pass.
   */
  readonly isPartial: boolean;
}

/** An entry under `servers`, as its schema accepts it. */
export type Entry = EntryBase &
  (
    | { readonly kind: 'container'; readonly input: ContainerInput }
    | { readonly kind: 'native'; readonly input: NativeInput }
    | { readonly kind: 'remote'; readonly input: RemoteInput }
    | { readonly kind: 'builtin'; readonly input: BuiltinInput }
  );

/** An entry of one kind. */
export type EntryOf<K extends Entry['kind']> = Entry & { readonly kind: K };

/** A whole stack, as the schema accepts it. */
export interface Input {
  readonly settings: SettingsInput;
  readonly entries: readonly Entry[];
}

/**
 * The text before the names of a server's tools. A built-in server's tools keep their own names by default.
 */
export function prefixOf({ kind, serverName, input }: Entry): string {
  return input.prefix ?? (kind === 'builtin' ? '' : serverName);
}

export function parseStack(raw: RawStack, values: Values, report: Report): Input {
  return {
    settings: parseSettings(raw, values, report),
    entries: raw.servers.map((server) => parseServer(server, report)).filter((entry) => entry !== undefined),
  };
}

/** @param isGuess true if its kind was read from a misspelt key */
function parseServer(server: RawServer, report: Report, isGuess = false): Entry | undefined {
  const { serverName, data, source, keyPath } = server;
  const flag = (path: KeyPath, finding: Finding) => report.at(source, [...keyPath, ...path], finding);
  reportName(serverName, flag);
  if (!isRecord(data)) {
    flag([], { of: 'key', message: `server "${serverName}" has no entry`, hint: KIND_HINT });
    return undefined;
  }
  const kind = kindOf(serverName, data);
  if (typeof kind === 'object') {
    reportKind(server, data, kind, report);
    return undefined;
  }
  const schema = schemaOf(kind, data);
  const result = schema.safeParse(data, READ_ONCE);
  if (result.success) return { ...server, kind, input: result.data, isPartial: false } as Entry;
  const owner = ` of server "${serverName}"`;
  const subject = { schema, data, owner, keyHints: keyHints(kind, isGuess) };
  for (const found of translateIssues(result.error.issues, subject)) flag(found.keyPath, found);
  const partial = schema.partial().safeParse(withoutRefused(data, result.error), READ_ONCE);
  return partial.success ? ({ ...server, kind, input: partial.data, isPartial: true } as Entry) : undefined;
}

/** A misspelt key is reported as such, with the problems of the entry that it would then be. */
function reportKind(
  server: RawServer,
  data: Record<string, unknown>,
  problem: KindProblem,
  report: Report,
): void {
  const flag = (path: KeyPath, finding: Finding) =>
    report.at(server.source, [...server.keyPath, ...path], finding);
  const misspelt = problem.about === 'entry' ? misspeltKind(data) : undefined;
  if (problem.about === 'type') flag(['type'], problem);
  else if (misspelt === undefined) flag([], { of: 'key', ...problem });
  else {
    const { key, meant, hint } = misspelt;
    const message = `unknown key "${key}" in server "${server.serverName}"`;
    flag([key], { of: 'key', message, hint });
    const { [key]: value, ...rest } = data;
    parseServer(
      { ...server, data: { ...rest, [meant]: meant === 'dockerfile' ? 'Dockerfile' : value } },
      report,
      true,
    );
  }
}

function reportName(serverName: string, flag: (path: KeyPath, finding: Finding) => void): void {
  if (SERVER_NAME.test(serverName)) return;
  const message = `"${serverName}" cannot be a server name: it is used in URLs, labels and tool names`;
  const rule = 'letters, digits, _ and -, at most 63, beginning with a letter or digit';
  flag([], { of: 'key', message, hint: `call it "${suggestedName(serverName.slice(0, 200))}" (${rule})` });
}
