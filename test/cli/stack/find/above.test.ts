/** The search for a config file in folders above must find this user's own, and nobody else's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PathFacts, stackAbove } from '../../../../src/cli/stack/find/above.ts';

const ME = 1000;
const OTHER = 1001;
const FOLDER = 0o755;
const STICKY = 0o1777;

interface Made extends Partial<PathFacts> {
  /** Facts of the link itself, where the path is one. */
  readonly link?: Partial<PathFacts>;
}

/** A tree of paths, each this user's own unless it says otherwise. */
function around(paths: Readonly<Record<string, Made>>, home: string | undefined = '/home/me', uid = ME) {
  const all = {
    '/': { uid: 0 },
    '/home': { uid: 0 },
    '/home/me': {},
    '/tmp': { uid: 0, mode: STICKY },
    ...paths,
  };
  const own = { uid: ME, mode: FOLDER, dev: 1 };
  const made = new Map<string, Made>(Object.entries(all));
  const stat = (path: string): PathFacts | undefined => {
    const found = made.get(path);
    return found && { ...own, ...found };
  };
  const lstat = (path: string) => {
    const found = stat(path);
    return found && { ...found, ...made.get(path)?.link };
  };
  return { home, uid, stat, lstat };
}

const START = '/home/me/p/a/b';
const FOLDERS = { '/home/me/p': {}, '/home/me/p/a': {}, [START]: {} };

test('the nearest file above must be found, under each name', () => {
  for (const name of ['hive.yaml', 'hive.yml', 'hive.json', 'stacks/default.yaml']) {
    const near = `/home/me/p/a/${name}`;
    const tree = around({ ...FOLDERS, '/home/me/p/a/stacks': {}, [near]: {}, '/home/me/p/hive.yaml': {} });
    assert.deepEqual(stackAbove(START, tree), { file: near, foreign: [] });
  }
});

test('the folder itself is not searched: its file needs no search', () => {
  assert.equal(stackAbove(START, around({ ...FOLDERS, [`${START}/hive.yaml`]: {} })).file, undefined);
});

test('the search must end with the home, with a repository, and where there is none with the root', () => {
  const files = { '/home/hive.yaml': { uid: 0 }, '/home/me/hive.yaml': {}, '/hive.yaml': { uid: 0 } };
  assert.equal(stackAbove(START, around({ ...FOLDERS, ...files })).file, '/home/me/hive.yaml');
  const { '/home/me/hive.yaml': _, ...above } = files;
  assert.equal(stackAbove(START, around({ ...FOLDERS, ...above })).file, undefined);
  assert.equal(stackAbove('/home/me', around(above)).file, undefined, 'above the home');
  const inRepository = { ...FOLDERS, ...files, '/home/me/p/.git': {} };
  assert.equal(stackAbove(START, around(inRepository)).file, undefined);
  assert.equal(stackAbove('/home/me/p', around(inRepository)).file, undefined, 'above the repository');
  assert.equal(
    stackAbove(START, around({ ...inRepository, '/home/me/p/hive.yaml': {} })).file,
    '/home/me/p/hive.yaml',
    'at its top',
  );
  const outside = { '/srv': { uid: 0 }, '/srv/x': {}, '/hive.yaml': { uid: 0 } };
  assert.equal(stackAbove('/srv/x', around(outside)).file, '/hive.yaml');
  assert.equal(stackAbove('/srv/x', around(outside, '')).file, '/hive.yaml', 'a user without a home');
});

test('a file of another user must be passed over and named, a file of root taken', () => {
  const theirs = '/home/me/p/a/hive.yaml';
  const tree = { ...FOLDERS, [theirs]: { uid: OTHER }, '/home/me/p/hive.yaml': { uid: 0 } };
  assert.deepEqual(stackAbove(START, around(tree)), { file: '/home/me/p/hive.yaml', foreign: [theirs] });
});

test('root must not take the file of a user either', () => {
  const theirs = '/home/me/p/hive.yaml';
  const tree = around({ ...FOLDERS, [theirs]: {} }, '/root', 0);
  assert.deepEqual(stackAbove(START, tree), { file: undefined, foreign: [theirs] });
});

test('a link of another user to a file of this user must be passed over', () => {
  const file = '/home/me/p/hive.yaml';
  assert.equal(stackAbove(START, around({ ...FOLDERS, [file]: { link: { uid: OTHER } } })).file, undefined);
  const nested = { '/home/me/p/stacks': { link: { uid: OTHER } }, '/home/me/p/stacks/default.yaml': {} };
  assert.equal(stackAbove(START, around({ ...FOLDERS, ...nested })).file, undefined);
});

test('a folder in which everybody may write must end the search', () => {
  const tree = around({ '/tmp/x': {}, '/tmp/hive.yaml': {}, '/hive.yaml': { uid: 0 } });
  assert.deepEqual(stackAbove('/tmp/x', tree), { file: undefined, foreign: [] });
});

test('another file system must end the search', () => {
  const tree = around({ ...FOLDERS, '/home/me/p': { dev: 2 }, '/home/me/p/hive.yaml': { dev: 2 } });
  assert.equal(stackAbove(START, tree).file, undefined);
});

test('a system without users must be searched without owners', () => {
  const tree = around({ ...FOLDERS, '/home/me/p': { mode: 0o777 }, '/home/me/p/hive.yaml': { uid: 0 } });
  assert.equal(stackAbove(START, { ...tree, uid: undefined }).file, '/home/me/p/hive.yaml');
});
