/** Finds the values of a source that may be secret. */
import { isMap, isPair, isScalar, isSeq, type Scalar } from 'yaml';
import { keyText } from './nodes.ts';

/** Offsets in the text of a source: the first, and the one after the last. */
export type Range = readonly [start: number, end: number];

const SECRET_WORDS = 'key|token|secret|passw|auth|credential|assertion|bearer|cookie';
const SECRET_KEY = new RegExp(SECRET_WORDS, 'i');
const SECRET_PARENT = new Set(['env', 'headers', 'args', 'environment']);
/** Maps of Hive whose other keys hold no secrets. */
const OPEN = new Set(['auth', 'oauth']);
/** Keys that say where a secret comes from. */
const SOURCES = new Set(['file', 'environment']);
/** Keys below which stand names of servers, and not of values. */
const NAMED_BELOW = new Set(['servers', 'mcpServers']);

/** A text with a secret in it: `--api-key VALUE`, `token=VALUE`, `https://USER:PASSWORD@HOST`. */
const SECRET_WITHIN = new RegExp(
  [
    `-[\\w-]*(?:${SECRET_WORDS})[\\w-]*[\\s=]+\\S`,
    `(?:${SECRET_WORDS})[\\w-]*\\s*[:=]\\s*\\S`,
    '://[^/\\s@]+@',
    '\\b(?:bearer|basic)\\s',
  ].join('|'),
  'i',
);

/** Texts that show no value. */
const NO_SECRET = /^(?:\$\{(?:secret:)?[A-Za-z_]\w*\}|true|false|null|~|)$/;

/**
 * Ranges of scalars whose values may be secret, in order: those below `env`, `headers` and `args`, those of
 * keys with names like secrets, and texts that hold a secret.
 */
export function hiddenRanges(root: unknown): Range[] {
  const found: Range[] = [];
  collect(root, false, found);
  return found.sort(([a], [b]) => a - b);
}

function collect(node: unknown, isHidden: boolean, found: Range[], areNames = false): void {
  if (isSeq(node)) for (const item of node.items) collect(item, isHidden, found);
  else if (isMap(node)) {
    for (const pair of node.items.filter(isPair)) {
      const key = keyText(pair);
      const isSource = isHidden && SOURCES.has(key) && isScalar(pair.value);
      const isOpen = areNames || isSource || (OPEN.has(key) && isMap(pair.value));
      const isSecret = !isOpen && (SECRET_PARENT.has(key) || SECRET_KEY.test(key));
      collect(pair.value, isSecret || (isHidden && !isSource), found, NAMED_BELOW.has(key));
    }
  } else if (isScalar(node) && node.range && mayBeSecret(node, isHidden))
    found.push([node.range[0], node.range[1]]);
}

function mayBeSecret(node: Scalar, isHidden: boolean): boolean {
  const text = String(node.value ?? '');
  return isHidden ? !NO_SECRET.test(text) : SECRET_WITHIN.test(text);
}

const SECRET_AFTER = new RegExp(`((?:${SECRET_WORDS})[\\w-]*["']?\\s*[:=]\\s*)\\S.*$`, 'i');

/** Text of which no positions of values are known, without what may be secret. */
export const withoutSecretsAtEnd = (text: string): string => text.replace(SECRET_AFTER, '$1…');
