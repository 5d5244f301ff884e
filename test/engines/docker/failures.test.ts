import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainBuild } from '../../../src/engines/docker/build-failure.ts';
import { localityOf } from '../../../src/engines/docker/client.ts';
import { explainPull } from '../../../src/engines/docker/pull-failure.ts';

const DOCKERFILE = {
  path: '/stack/Dockerfile',
  shown: './Dockerfile',
  text: 'FROM node:24-slim\nCOPY . .\nRUN npm ci \\\n  && npm test\n',
};

test('a failed build step must be explained with its exit code, its last lines and its line', () => {
  const output = [
    '#7 [service 3/3] RUN npm ci   && npm test',
    '------',
    ' > [service 3/3] RUN npm ci   && npm test:',
    '1.204 no such package',
    '------',
    'failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 7',
  ];
  const { code, message, place } = explainBuild(output, DOCKERFILE);
  assert.equal(code, 'BUILD_FAILED');
  assert.equal(
    message,
    './Dockerfile does not build: RUN npm ci   && npm test ended with exit code 7\nno such package',
  );
  assert.deepEqual(place, { path: '/stack/Dockerfile', line: 3 });
});

test('a mistake in a Dockerfile must be explained in the words of Buildkit, at the line that it names', () => {
  const output = ['failed to solve: dockerfile parse error on line 2: unknown instruction: COPPY'];
  const { message, place } = explainBuild(output, DOCKERFILE);
  assert.match(message, /^\.\/Dockerfile does not build: dockerfile parse error on line 2: unknown/);
  assert.equal(place?.line, 2);
});

test('a heredoc that an old Podman does not read must be named, though its output ends with an empty line', () => {
  const step = 'building at STEP "COPY <<EOF /build/requirements.txt": checking on sources: no such file';
  const { message } = explainBuild([step, ''], DOCKERFILE);
  assert.match(message, /does not build: building at STEP/);
  assert.match(message, /this Podman reads no heredocs/);
});

test('a build without output must say so', () => {
  const { message, place } = explainBuild([], DOCKERFILE);
  assert.deepEqual([message, place?.line], ['./Dockerfile does not build: it printed nothing', 1]);
});

test('a registry that lacks an image must be told from a registry that does not answer', () => {
  const refused = explainPull(['x Pulling', 'Error response from daemon: manifest unknown'], 'a:1');
  assert.equal(refused.message, 'image a:1 is not on this machine and cannot be pulled: manifest unknown');
  const silent = explainPull(['Error response from daemon: dial tcp: lookup x: no such host'], 'a:1');
  assert.match(silent.message, /its registry does not answer: dial tcp/);
  assert.match(silent.hint, /docker load -i FILE/);
  assert.match(refused.hint, /no such tag/);
  const hint = (reason: string, image = 'ghcr.io/a/b:1') => explainPull([reason], image).hint;
  assert.match(
    hint('pull access denied for a/b, repository does not exist'),
    /docker login ghcr\.io; .*docker load -i FILE/,
  );
  assert.match(hint('toomanyrequests: You have reached your pull rate limit', 'a'), /docker login$/);
  assert.match(hint('no matching manifest for linux/arm64 in the manifest list'), /platform: linux\/amd64/);
});

test('an engine must be placed by its address and the system of this machine', () => {
  assert.equal(localityOf('unix:///var/run/docker.sock', 'linux'), 'same-machine');
  assert.equal(localityOf('unix:///var/run/docker.sock', 'darwin'), 'vm');
  assert.equal(localityOf('npipe:////./pipe/docker_engine', 'win32'), 'vm');
  assert.equal(localityOf('tcp://127.0.0.1:2375', 'linux'), 'remote');
});

test('a pull that ends without a word must say so', () => {
  for (const output of [[], [''], ['Error response from daemon: ']])
    assert.match(explainPull(output, 'i:1').message, /cannot be pulled: Compose printed no reason$/);
});
