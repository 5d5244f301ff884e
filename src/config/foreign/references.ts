/** References of other clients, such as `${env:X}` and `${workspaceFolder}`, as Hive writes them: `${X}`. */
import { basename, dirname } from 'node:path';
import { isRecord } from '../../model/collections/is-record.ts';
import { anyOf } from './any-of.ts';
import type { Input, Keys, Tell } from './keys.ts';
import { variableName } from './variable-name.ts';

/** Facts that references stand for. */
export interface Surroundings {
  /** Absolute path of the file that is imported. */
  readonly path: string;
  /** Absolute path of the user's home. */
  readonly home: string;
  readonly inputs: readonly Input[];
  /**
   * What a `$` that begins no reference becomes: `doubled` for a file of another client, where it is text;
   * `kept` for a stack file.
   */
  readonly dollars: 'doubled' | 'kept';
  /** Absolute path of the open project; undefined: the file's place says it. */
  readonly workspace?: string | undefined;
  /** True for a file of the user, which belongs to no project: people are told what `workspace` is then. */
  readonly isWorkspaceGuessed?: boolean;
}

/** Folders of clients within a project. */
const CLIENT_FOLDER =
  /^\.(vscode|cursor|roo|kiro|gemini|claude|codex|qwen|zed|continue|amazonq|warp|junie|trae|factory)$/;

/** Operands are bounded, since each `${` without an end is looked for up to there. */
const REFERENCE = anyOf(
  'g',
  /\$\$/,
  /\$\{\{\s*secrets\.(?<secret>\w+)\s*\}\}/,
  /\$\{(?<word>[A-Za-z_][\w-]*):(?![-?+])(?<argument>[^}]{0,4096})\}/,
  /\$\{user_config\.(?<config>[\w.-]+)\}/,
  /\$\{(?<slash>\/)\}/,
  /\$\{(?<variable>[A-Za-z_]\w*)(?<operand>:?[-?+][^}]{0,4096})?\}/,
  /\{env:(?<braced>\w+)\}/,
  /\{\{(?<mustache>[\w.-]+)\}\}/,
  /(?<=^|\s|=|:)\$(?<bare>[A-Za-z_]\w*)(?=$|\s)/,
  /%(?<percent>[A-Z][A-Z0-9_]{2,})%/,
  /\$/,
);

/** The entry with the references of all texts translated. */
export function translateReferences(keys: Keys, around: Surroundings, tell: Tell): Keys {
  const env = isRecord(keys.env) ? keys.env : {};
  const own = (name: string): string | undefined => {
    const value = env[name];
    return typeof value === 'string' && value !== `\${${name}}`
      ? translate(value, around, () => undefined, tell)
      : undefined;
  };
  const entries = Object.entries(keys).map(([key, value]) => {
    const lookup = key === 'args' || key === 'headers' ? own : () => undefined;
    return [
      key,
      key === 'env'
        ? translateEnv(env, around, tell)
        : inTexts(value, (text) => translate(text, around, lookup, tell)),
    ];
  });
  return Object.fromEntries(entries);
}

/** A variable without a value is passed on. */
function translateEnv(env: Keys, around: Surroundings, tell: Tell): Keys {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value === null
        ? `\${${name}}`
        : typeof value === 'string'
          ? translate(value, around, () => undefined, tell)
          : String(value),
    ]),
  );
}

function inTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => inTexts(item, change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inTexts(item, change)]));
}

function translate(
  text: string,
  around: Surroundings,
  own: (name: string) => string | undefined,
  tell: Tell,
): string {
  const expanded = text.replace(/^~(?=[/\\])/, around.home);
  return expanded.replace(REFERENCE, (token, ...rest) => {
    const groups = rest.at(-1) as Record<string, string | undefined>;
    const { variable, operand = '' } = groups;
    if (token === '$$' && around.dollars === 'kept')
      tell('two dollar signs are read as one, as in Compose: write $$$$ where the server must get two');
    if (token === '$' || token === '$$')
      return around.dollars === 'kept' ? token : token.replaceAll('$', '$$$$');
    if (groups.slash) return '/';
    if (variable !== undefined)
      return own(variable) ?? folderOf(variable, around, tell) ?? `\${${variable}${operand}}`;
    return otherReference(token, groups, around, tell);
  });
}

function otherReference(
  token: string,
  groups: Record<string, string | undefined>,
  around: Surroundings,
  tell: Tell,
): string {
  const { secret, word, argument = '', config, braced, mustache, bare, percent } = groups;
  if (word === 'env') return `\${${argument}}`;
  if (word === 'secret') return token;
  if (word === 'input' || config !== undefined) return inputReference(config ?? argument, around);
  const plain = secret ?? braced ?? bare ?? percent;
  if (plain !== undefined) return `\${${plain}}`;
  const name = variableName(mustache ?? `${word}_${argument}`);
  if (mustache === undefined || mustache.startsWith('LIBRECHAT'))
    tell(`${token} has a meaning only in its client: set ${name} in .env`);
  return `\${${name}}`;
}

function inputReference(id: string, { inputs }: Surroundings): string {
  const value = inputs.find((input) => input.id === id)?.value;
  const name = variableName(id);
  return value === undefined ? `\${${name}}` : `\${${name}:-${value.replaceAll('}', '')}}`;
}

/** The project of a client's file: `P` for `P/.vscode/mcp.json` and `P/.kiro/settings/mcp.json`. */
export function projectFolder(path: string): string {
  const folder = dirname(path);
  if (CLIENT_FOLDER.test(basename(folder))) return dirname(folder);
  const above = dirname(folder);
  return CLIENT_FOLDER.test(basename(above)) ? dirname(above) : folder;
}

/** Folders that clients know by name. */
function folderOf(variable: string, around: Surroundings, tell: Tell): string | undefined {
  const { path, home } = around;
  switch (variable) {
    case 'workspaceFolder':
    case 'workspaceRoot':
    case 'CLAUDE_PROJECT_DIR':
      return workspaceOf(variable, around, tell);
    case 'workspaceFolderBasename':
      return basename(workspaceOf(variable, around, tell));
    case 'CLAUDE_PLUGIN_ROOT':
    case '__dirname':
    case 'extensionPath':
      return dirname(path);
    case 'userHome':
      return home;
    case 'pathSeparator':
      return '/';
    default:
      return undefined;
  }
}

function workspaceOf(variable: string, around: Surroundings, tell: Tell): string {
  const { path, workspace, isWorkspaceGuessed } = around;
  if (isWorkspaceGuessed)
    tell(`\${${variable}} became the folder of the config file, since ${path} belongs to no workspace`);
  return workspace ?? projectFolder(path);
}
