/** References of images: their base, and their registry. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baseOf } from '../../../src/setup/images/base-recipes.ts';
import { registryOf } from '../../../src/setup/images/pull-image.ts';

test('the images that Hive can make must be recognized under all their names', () => {
  assert.equal(baseOf('node:24-slim'), 'node');
  assert.equal(baseOf('docker.io/library/python:3.13-slim'), 'python');
  assert.equal(baseOf('debian:trixie-slim'), 'debian');
  assert.equal(baseOf('node:22-slim'), undefined);
  assert.equal(baseOf('ghcr.io/x/node:24-slim'), undefined);
  assert.equal(baseOf(`node:24-slim@sha256:${'0'.repeat(64)}`), undefined);
});

test('the registry of a reference must be the one that it names, or docker.io', () => {
  assert.equal(registryOf('node:24-slim'), 'docker.io');
  assert.equal(registryOf('mcp/fetch'), 'docker.io');
  assert.equal(registryOf('ghcr.io/a/b:1'), 'ghcr.io');
  assert.equal(registryOf('localhost:5000/a'), 'localhost:5000');
});
