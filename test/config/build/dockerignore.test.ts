import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDockerignore } from '../../../src/config/build/dockerignore.ts';

test('.dockerignore rules must match as Docker matches them', () => {
  const rules = parseDockerignore(
    '# comment\nnode_modules\n*.log\n/build/\n**/tmp\na/*/c\n!keep.log\nsrc/?.js\n[xy].md\n',
  );
  const ignored = [
    'node_modules',
    'node_modules/a/b',
    'x.log',
    'build/out',
    'tmp',
    'a/tmp',
    'a/b/tmp/f',
    'a/b/c',
    'src/a.js',
    'x.md',
  ];
  const kept = [
    'a/node_modules',
    'a/x.log',
    'keep.log',
    'a/c',
    'a/b/b/c',
    'src/ab.js',
    'z.md',
    'buildx',
    'comment',
  ];
  assert.deepEqual(
    ignored.filter((path) => !rules.has(path)),
    [],
  );
  assert.deepEqual(
    kept.filter((path) => rules.has(path)),
    [],
  );
});
