/** Addresses in the syntax of DOCKER_HOST, as the docker command reads them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEngineHost } from '../../../src/model/text/engine-host.ts';
import { isLoopback } from '../../../src/model/text/loopback.ts';

const understood: readonly [text: string, url: string][] = [
  ['unix:///run/user/7/docker.sock', 'unix:///run/user/7/docker.sock'],
  ['unix:///a b/d ü.sock', 'unix:///a b/d ü.sock'],
  ['unix://', 'unix:///var/run/docker.sock'],
  ['tcp://10.0.0.5:2375', 'tcp://10.0.0.5:2375'],
  ['tcp://10.0.0.5', 'tcp://10.0.0.5:2375'],
  ['tcp://10.0.0.5:80', 'tcp://10.0.0.5:80'],
  ['tcp://10.0.0.5:2375/', 'tcp://10.0.0.5:2375'],
  ['tcp://', 'tcp://localhost:2375'],
  ['tcp://[::1]:2375', 'tcp://[::1]:2375'],
  ['TCP://lab:1', 'tcp://lab:1'],
  ['http://lab:2375', 'tcp://lab:2375'],
  ['https://lab', 'tcp://lab:2376'],
  ['lab:2375', 'tcp://lab:2375'],
  [':2375', 'tcp://localhost:2375'],
  ['ssh://me@lab', 'ssh://me@lab'],
  ['ssh://me@lab:2222/run/user/7/docker.sock', 'ssh://me@lab:2222/run/user/7/docker.sock'],
];

for (const [text, url] of understood)
  test(`${text} must be understood as ${url}`, () => {
    const host = readEngineHost(text);
    assert.ok(host.kind !== 'unfit', JSON.stringify(host));
    assert.equal(host.url, url);
    assert.deepEqual(readEngineHost(host.url, url.endsWith(':2376')), host);
  });

test('a named pipe must be understood on Windows only', () => {
  const url = 'npipe:////./pipe/docker_engine';
  const host = readEngineHost(url, false, 'win32');
  assert.deepEqual(host, { kind: 'unix', url, path: '//./pipe/docker_engine' });
  assert.equal(readEngineHost(url, false, 'darwin').kind, 'unfit');
});

const refused: readonly [text: string, reason: RegExp, instead: string][] = [
  ['nonsense', /no address/, 'unix:///var/run/docker.sock'],
  ['/var/run/d.sock', /lacks unix:\/\//, 'unix:///var/run/d.sock'],
  ['unix:/var/run/d.sock', /lacks unix:\/\//, 'unix:///var/run/d.sock'],
  ['npipe:////./pipe/docker_engine', /Windows/, 'unix:///var/run/docker.sock'],
  ['fd://', /daemon listens/, 'unix:///var/run/docker.sock'],
  ['vsock://3:1', /scheme vsock/, 'unix:///var/run/docker.sock'],
  ['tcp://lab:99999', /no address/, 'tcp://HOST:2375'],
  ['tcp://lab:1/engine', /path/, 'tcp://lab:1'],
  ['tcp://me@lab:1', /user/, 'tcp://lab:1'],
  ['ssh://', /no host/, 'ssh://USER@HOST'],
  ['ssh://me:secret@lab', /password/, 'ssh://me@lab'],
  ['ssh://me@-oProxyCommand=evil', /hyphen|no host/, 'ssh://USER@HOST'],
  ['ssh://-oProxyCommand=evil@lab', /hyphen/, 'ssh://USER@HOST'],
  ['ssh://me@lab?x=1', /query/, 'ssh://me@lab'],
];

for (const [text, reason, instead] of refused)
  test(`${text} must be refused with what to write instead`, () => {
    const host = readEngineHost(text);
    assert.ok(host.kind === 'unfit', JSON.stringify(host));
    assert.match(host.reason, reason);
    assert.equal(host.instead, instead);
  });

test('TLS has another default port', () => {
  const host = readEngineHost('tcp://lab', true);
  assert.ok(host.kind === 'tcp');
  assert.equal(host.port, 2376);
});

test('loopback is told from other machines', () => {
  for (const own of ['localhost', '127.0.0.1', '127.3.2.1', '[::1]']) assert.ok(isLoopback(own), own);
  for (const other of ['lab', '10.0.0.1', '127.example.org']) assert.ok(!isLoopback(other), other);
});
