/** Texts that look like references or paths of a shell, and reach the server as they are written. */
import type { Entry } from '../parse/parse.ts';
import type { KeyPath } from '../source/source.ts';
import { textsIn } from '../source/texts.ts';

interface LiteralText {
  readonly path: KeyPath;
  /** Continues a sentence that begins with the server. */
  readonly text: string;
}

/** Keys whose texts a server gets. */
const SENT = new Set(['args', 'command', 'env', 'headers', 'url']);

const BARE = /^\$([A-Za-z_]\w*)(?=$|\/)/;
/** Within a text, only where nothing else could be meant: `Bearer $TOKEN`. */
const BARE_BEHIND = /^(?:Bearer|Basic|Token) \$([A-Za-z_]\w*)$/i;
const BRACED = /^\{env:(\w+)\}$/;
const PERCENT = /^%([A-Z][A-Z0-9_]{2,})%(?=$|[\\/])/;

/** `~/x`, `~`, and behind an option: `--dir=~/x`. */
const HOME_FOLDER = /^(?:--?[\w-]+=)?~(?=\/|$)/;

/** `@FILE`, as curl takes it: with a folder, or with an ending that names have not. */
const FILE_OF_VALUE =
  /^@(?:(?:~|\.{1,2})?\/\S+|[\w.-]*\.(?:txt|json|env|ya?ml|toml|ini|conf|pem|crt|cert|key|token|secret))$/;

/** Continues a sentence about a value that is no file. */
function fromFile(path: KeyPath, kind: string): string {
  const variable = 'write ${VAR}, and set VAR in .env';
  if (path[0] === 'headers') return variable;
  const secrets = kind === 'container' ? ', or secrets, which mounts a file' : '';
  return `${variable}, or use envFile for a file of NAME=VALUE lines${secrets}`;
}

/** Only plain paths are repeated: a text may be a secret. */
const withHome = (text: string): string =>
  text.length <= 200 && /^[\w./~=-]+$/.test(text) ? text.replace('~', '${HOME}') : '${HOME} in its place';

/** Each with what to write. A program that a shell starts gets its own variables from the shell. */
export function literalTexts({ kind, data }: Entry): LiteralText[] {
  if (kind === 'builtin') return [];
  const found: LiteralText[] = [];
  for (const { path, text } of textsIn(data)) {
    if (!SENT.has(String(path[0])) || isProgram(path, kind)) continue;
    const name = (BARE.exec(text) ?? BARE_BEHIND.exec(text) ?? BRACED.exec(text) ?? PERCENT.exec(text))?.[1];
    const key = path.join('.');
    if (name !== undefined)
      found.push({ path, text: `gets "${key}" as it is written: did you mean \${${name}}?` });
    else if ((path[0] === 'env' || path[0] === 'headers') && FILE_OF_VALUE.test(text))
      found.push({
        path,
        text: `gets "${key}" as it is written, and no file is read: ${fromFile(path, kind)}`,
      });
    else if (path[0] !== 'url' && path[0] !== 'headers' && HOME_FOLDER.test(text))
      found.push({ path, text: `gets "${key}" with ~ as it is written: write ${withHome(text)}` });
  }
  return found;
}

/** Such a program is refused. */
const isProgram = (path: KeyPath, kind: string): boolean =>
  kind !== 'remote' && path[0] === 'command' && (path.length === 1 || path[1] === 0);
