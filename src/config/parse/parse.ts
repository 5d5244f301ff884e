/** Raw entries to typed input: the schema pass. A bad entry is reported and left out, so that the others are checked too. */
import type { Values } from '../../model/references.ts';
import type { BuiltinInput } from '../schema/builtin.ts';
import type { ContainerInput } from '../schema/container.ts';
import { keyHints } from '../schema/key-hints.ts';
import { kindOf, schemaOf, type TellEntry } from '../schema/kinds.ts';
import type { NativeInput } from '../schema/native.ts';
import type { RemoteInput } from '../schema/remote.ts';
import type { SettingsInput } from '../schema/stack.ts';
import { READ_ONCE, SERVER_NAME } from '../schema/values.ts';
import type { Report } from '../source/diagnostics.ts';
import { isRecord, type KeyPath, locate } from '../source/source.ts';
import { translateIssues, withoutRefused } from './issues.ts';
import { parseSettings } from './parse-settings.ts';
import type { RawServer, RawStack } from './read.ts';

interface EntryBase extends RawServer {
  readonly isPartial: boolean;
}

/** `isPartial`: keys that the schema refused are left out, so that the other ones are checked in the same go. */
export type Entry = EntryBase &
  (
    | { readonly kind: 'container'; readonly input: ContainerInput }
    | { readonly kind: 'native'; readonly input: NativeInput }
    | { readonly kind: 'remote'; readonly input: RemoteInput }
    | { readonly kind: 'builtin'; readonly input: BuiltinInput }
  );

export interface Input {
  readonly settings: SettingsInput;
  readonly entries: readonly Entry[];
}

/** What precedes the names of a server's tools. A built-in server's tools keep their own names by default. */
export function prefixOf({ kind, serverName, input }: Entry): string {
  return input.prefix ?? (kind === 'builtin' ? '' : serverName);
}

export function parseStack(raw: RawStack, values: Values, report: Report): Input {
  return {
    settings: parseSettings(raw, values, report),
    entries: raw.servers.map((server) => parseServer(server, report)).filter((entry) => entry !== undefined),
  };
}

function parseServer(server: RawServer, report: Report): Entry | undefined {
  const { serverName, data, source, keyPath } = server;
  const tell = (path: KeyPath, of: 'key' | 'value', message: string, hint?: string) =>
    report({
      source,
      mark: locate(source, [...keyPath, ...path], of),
      keyPath: [...keyPath, ...path],
      message,
      hint,
    });
  reportName(serverName, tell);
  if (!isRecord(data)) {
    tell(
      [],
      'key',
      `server "${serverName}" has no entry`,
      'give it a command, a url, an image or a dockerfile',
    );
    return undefined;
  }
  const kind = kindOf(serverName, data, tell);
  if (kind === undefined) return undefined;
  const schema = schemaOf(kind, data);
  const result = schema.safeParse(data, READ_ONCE);
  if (result.success) return { ...server, kind, input: result.data, isPartial: false } as Entry;
  const subject = {
    schema,
    data,
    owner: ` of server "${serverName}"`,
    keyHints: keyHints(kind),
  };
  for (const found of translateIssues(result.error.issues, subject))
    tell(found.keyPath, found.of, found.message, found.hint);
  const partial = schema.partial().safeParse(withoutRefused(data, result.error), READ_ONCE);
  return partial.success ? ({ ...server, kind, input: partial.data, isPartial: true } as Entry) : undefined;
}

function reportName(serverName: string, tell: TellEntry): void {
  if (SERVER_NAME.test(serverName)) return;
  const better = serverName
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^[_-]+|[_-]+$/g, '')
    .slice(0, 63);
  const message = `"${serverName}" cannot be a server name: it is used in URLs, labels and tool names`;
  const rule = 'letters, digits, _ and -, at most 63, beginning with a letter or digit';
  tell([], 'key', message, better === '' ? `use ${rule}` : `call it "${better}" (${rule})`);
}
