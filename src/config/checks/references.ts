/** Rules about `${VAR}` references in an entry. */
import { untilLastBrace } from '../../model/references.ts';
import { anyOf } from '../foreign/any-of.ts';
import { isRemoteContext } from '../foreign/remote-context.ts';
import { variableName } from '../foreign/variable-name.ts';
import type { Entry } from '../parse/parse.ts';
import type { KeyPath } from '../source/source.ts';
import { textsIn } from '../source/texts.ts';
import type { Flag } from './checked.ts';

/**
 * Keys whose value is needed when the file is read: a reference would put its value into the compiled file.
 */
const LITERAL_KEYS: ReadonlySet<string> = new Set([
  'type',
  'use',
  'transport',
  'dockerfile',
  'envFile',
  'file',
  'network',
  'path',
  'prefix',
  'tls',
  'tools',
  'link',
  'isolation',
  'start',
]);

export function checkReferences(entry: Entry, flag: Flag): void {
  const of = `of server "${entry.serverName}"`;
  for (const { path, text } of textsIn(entry.data)) {
    if (text.includes('${') && isLiteral(entry, path) && !isRemoteContext(text))
      flag(path, `"${path.join('.')}" ${of} cannot hold a \${…} reference`, 'write the value itself');
    else if (otherReference(text) !== undefined) {
      const { token, hint } = otherReference(text) as OtherReference;
      flag(path, `"${path.join('.')}" ${of} holds ${token}, which another client fills in`, hint);
    } else if (hasNested(text))
      flag(
        path,
        `a \${…} reference ${of} holds another $`,
        'references cannot be nested: give the inner variable its own default in .env',
      );
  }
}

interface OtherReference {
  readonly token: string;
  readonly hint: string;
}

/**
 * References in the grammar of other clients. Texts for shells stay: `${X:0:3}`, `${X%.*}`, and whatever
 * begins with `$$`.
 */
const OF_CLIENTS = anyOf(
  'g',
  /\$\$/,
  /\$\{(?<word>[A-Za-z_][\w-]*):(?![-?+=\d\s$(])(?<argument>[^}]*)\}/,
  /\$\{user_config\.(?<config>[\w.-]+)\}/,
  /\$\{\{\s*secrets\.(?<secret>\w+)\s*\}\}/,
);

/** The first reference that would reach the server as text. */
function otherReference(text: string): OtherReference | undefined {
  for (const { 0: token, groups = {} } of text.matchAll(OF_CLIENTS)) {
    const { word, argument = '', config, secret } = groups;
    if (token === '$$' || isSecret(word, argument)) continue;
    if (word === 'secret')
      return { token, hint: 'the name of a secret has letters, digits and _: ${secret:GITHUB_TOKEN}' };
    if (word === 'env') return { token, hint: `write \${${argument}}` };
    const name = variableName(config ?? secret ?? argument);
    const isFolder = word !== undefined && /^(workspaceFolder|userHome)/.test(word);
    return {
      token,
      hint: isFolder ? 'write the path itself' : `write \${${name}}, and set ${name} in .env`,
    };
  }
  return undefined;
}

/** The argument may end in an operator: `NAME:-default`. */
const isSecret = (word: string | undefined, argument: string): boolean =>
  word === 'secret' && /^[A-Za-z_]\w*(?::?[-?+].*)?$/s.test(argument);

/** Below other keys, such as `env`, these names are the user's own. */
function isLiteral({ kind }: Entry, path: KeyPath): boolean {
  if (kind === 'native' && path[0] === 'workdir') return true;
  if (path[0] === 'build') return path[1] !== 'args';
  const hasOwnKeys = path[0] === 'secrets' || path[0] === 'oauth';
  return path.some((key, depth) => LITERAL_KEYS.has(String(key)) && (depth === 0 || hasOwnKeys));
}

/**
 * Compose resolves references within a default, and Hive does not: refused, so that both always mean the
 * same.
 */
function hasNested(text: string): boolean {
  const closed = untilLastBrace(text);
  const operands = [...closed.matchAll(/\$\$|\$\{(?:secret:)?[A-Za-z_]\w*:?[-?+]([^}]*)\}/g)].map(
    ([, operand]) => operand,
  );
  return operands.some((operand) => operand?.includes('$'));
}
