import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dockerfileBases } from '../../../src/runtime/containers/dockerfile-bases.ts';

const cases: [what: string, dockerfile: string, bases: string[]][] = [
  ['one stage', 'FROM node:24-slim\nRUN npm i\n', ['node:24-slim']],
  [
    'stages of its own are not images',
    'FROM a:1 AS Build\nFROM build AS b2\nCOPY --from=build /x /x\nFROM scratch\nCOPY --from=0 / /\n',
    ['a:1'],
  ],
  ['a stage may be called as its image', 'FROM debian AS debian\nFROM debian\n', ['debian']],
  ['ARG defaults', 'ARG V=24 K="slim"\nFROM node:${V}-$K\n', ['node:24-slim']],
  ['defaults in place', 'FROM python:${P:-3.13}-slim\n', ['python:3.13-slim']],
  [
    'COPY from an image',
    'FROM a\nCOPY --chown=1 --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/\n',
    ['a', 'ghcr.io/astral-sh/uv:0.5'],
  ],
  [
    'a mount from an image',
    'FROM a\nRUN --mount=type=bind,from=b:2,target=/b \\\n # why\n  make\n',
    ['a', 'b:2'],
  ],
  ['--platform, small letters, CRLF', 'from --platform=$BUILDPLATFORM a:1 as x\r\nrun true\r\n', ['a:1']],
  ['the frontend is an image too', '# syntax=docker/dockerfile:1\nFROM a\n', ['docker/dockerfile:1', 'a']],
  [
    'heredocs are no instructions',
    'FROM a\nRUN <<EOF\nFROM b\nEOF\nRUN echo $((1<<2))\nFROM c\n',
    ['a', 'c'],
  ],
  ['comments are none either', '#FROM x\nFROM a\n  # FROM y\n', ['a']],
];

for (const [what, dockerfile, bases] of cases) {
  test(`bases: ${what}`, () => assert.deepEqual(dockerfileBases(dockerfile), bases));
}

test('bases: build arguments win over defaults', () => {
  assert.deepEqual(dockerfileBases('ARG V=22\nFROM node:${V}-slim\n', { V: '24' }), ['node:24-slim']);
});

test('bases: an image whose name depends on an argument without a value is left to the build', () => {
  assert.deepEqual(dockerfileBases('ARG V\nFROM node:${V}\nFROM a:${V-1}\nFROM b\n'), ['b']);
});
