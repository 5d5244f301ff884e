/** Fuzzes the refusal of messages that two JSON parsers would read differently. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { doubledIn, readEnvelope } from '../../../src/wire/envelope.ts';
import { META } from '../../../src/wire/modern-names.ts';
import { jsonTexts, stringText, type Tree, treeOf } from '../json-text.ts';
import { pureTarget } from '../target.ts';

/** Members that Hive acts on. */
const READ: readonly (readonly string[])[] = [
  ['id'],
  ['method'],
  ['params', 'name'],
  ['params', 'uri'],
  ['params', 'arguments'],
  ['params', 'requestId'],
  ['params', 'ref', 'name'],
  ['params', 'ref', 'type'],
  ['params', '_meta', 'progressToken'],
  ['params', '_meta', META.version],
  ['params', '_meta', META.capabilities, 'sampling'],
  ['result', 'resultType'],
  ['result', 'requestState'],
  ['result', 'nextCursor'],
  ['result', '_meta', META.serverInfo],
  ['result', 'task', 'taskId'],
  ['error', 'code'],
];
const KNOWN = [...new Set(READ.flat())];

/** The name as it is, or in another case, or with letters that some parsers take for ASCII. */
const spelled = fc
  .tuple(fc.constantFrom(...KNOWN), fc.constantFrom('', '', '', '', 'upper', 'first', 'kelvin'))
  .map(([name, how]) => {
    if (how === 'upper') return name.toUpperCase();
    if (how === 'kelvin') return name.replace('k', '\u212a').replace('s', '\u017f');
    return how === 'first' ? name.replace(/[a-z]/, (letter) => letter.toUpperCase()) : name;
  });
const { object, value } = jsonTexts([...KNOWN, 'x']);
const member = fc.tuple(stringText(spelled), fc.oneof(object, value)).map(([name, it]) => `${name}:${it}`);
const inner = fc.array(member, { maxLength: 4 }).map((members) => `{${members.join(',')}}`);
const meta = fc.tuple(inner, inner).map(([a, b]) => `{"_meta":${a},${b.slice(1)}`.replace(/,\}$/, '}'));
const message = fc
  .tuple(
    fc.constantFrom(
      '"method":"tools/call","params"',
      '"id":1,"result"',
      '"method":"completion/complete","params"',
    ),
    fc.oneof(inner, meta),
    inner,
  )
  .map(([head, body, more]) => `{${head}:${body},${more.slice(1)}`.replace(/,\}$/, '}'));

type Pick = (members: readonly (readonly [string, Tree])[], name: string) => Tree | undefined;

const folded = (name: string): string => name.replaceAll('\u017f', 's').toLowerCase();

/** How parsers choose among members of one name. */
const PARSERS: readonly Pick[] = [
  (members, name) => members.findLast(([it]) => it === name)?.[1],
  (members, name) => members.find(([it]) => it === name)?.[1],
  (members, name) => members.findLast(([it]) => folded(it) === folded(name))?.[1],
  (members, name) => members.find(([it]) => folded(it) === folded(name))?.[1],
];

export const doubledTarget = pureTarget<string>(
  'doubled',
  'a message that is not refused has the same value at every member that Hive reads, for parsers that take the first or the last member, with or without regard to case',
  message,
  (text) => {
    const bytes = Buffer.from(text);
    const envelope = readEnvelope(bytes);
    assert.ok(envelope, 'a message is JSON');
    const tree = treeOf(text);
    const refused = doubledIn(bytes, envelope);
    if (refused) return assert.ok(!isPlain(tree), `refused without need: ${refused.key}`);
    const { method } = JSON.parse(text) as { method?: unknown };
    for (const path of READ.filter((it) => isRead(it, method))) {
      const [first, ...others] = PARSERS.map((pick) => JSON.stringify(valueAt(tree, path, pick)));
      for (const other of others) assert.equal(other, first, path.join('.'));
    }
  },
);

/** Of the params of a method that it does not know, Hive reads `_meta` only; without a method, none. */
function isRead(path: readonly string[], method: unknown): boolean {
  if (path[0] !== 'params' || KNOWN_METHODS.includes(method)) return true;
  return path[1] === '_meta' && typeof method === 'string';
}

const KNOWN_METHODS: readonly unknown[] = ['tools/call', 'completion/complete'];

function valueAt(tree: Tree, path: readonly string[], pick: Pick): Tree | undefined {
  let found: Tree | undefined = tree;
  for (const name of path) found = found && 'members' in found ? pick(found.members, name) : undefined;
  return found;
}

/** True if every object has each name once, and no name that only resembles one that Hive reads. */
function isPlain(tree: Tree): boolean {
  if (!('members' in tree)) return !Array.isArray(tree.value) || tree.value.every(isPlain);
  const names = tree.members.map(([name]) => folded(name));
  const isOnce = new Set(names).size === names.length;
  const isExact = tree.members.every(([name]) => KNOWN.includes(name) || !NAMES.has(folded(name)));
  return isOnce && isExact && tree.members.every(([, it]) => isPlain(it));
}

const NAMES = new Set(KNOWN.map(folded));
