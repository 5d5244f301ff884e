/** The small grammars: durations, ports, volumes, ignore rules, Dockerfiles, near misses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextSources } from '../../src/config/build/dockerfile.ts';
import { parseDockerignore } from '../../src/config/build/dockerignore.ts';
import { parseVolume, portsCollide, publishedPorts } from '../../src/config/parse/endpoints.ts';
import { durationMs } from '../../src/config/parse/units.ts';
import { duration } from '../../src/config/schema/values.ts';
import { similar } from '../../src/config/source/similar.ts';

for (const [value, ms] of [
  ['500ms', 500],
  ['30s', 30_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1m30s', 90_000],
  ['0.5s', 500],
  [10, 10_000],
  [0.25, 250],
] as const)
  test(`${value} is ${ms} ms`, () => {
    assert.ok(duration.safeParse(value).success);
    assert.equal(durationMs(value), ms);
  });

for (const value of ['30', 's', '', '-1s', '1d', '30 s', 0, -1, true, null])
  test(`${JSON.stringify(value)} is not a duration`, () => assert.ok(!duration.safeParse(value).success));

for (const [text, published] of [
  ['80', ['0.0.0.0:undefined/tcp']],
  ['8080:80', ['0.0.0.0:8080/tcp']],
  ['127.0.0.1:8080:80/udp', ['127.0.0.1:8080/udp']],
  ['[::1]:8080:80', ['[::1]:8080/tcp']],
  ['127.0.0.1::80', ['127.0.0.1:undefined/tcp']],
  ['8080-8081:80-81', ['0.0.0.0:8080/tcp', '0.0.0.0:8081/tcp']],
] as const)
  test(`port ${text} publishes ${published}`, () => {
    const found = publishedPorts(text)?.map(
      ({ address, host, protocol }) => `${address}:${host}/${protocol}`,
    );
    assert.deepEqual(found, published);
  });

for (const text of ['', 'x', '0:80', '70000:80', '90-80:1', '1:2:3:4', '80/icmp'])
  test(`"${text}" is not a port`, () => assert.equal(publishedPorts(text), undefined));

for (const [a, b, collides] of [
  ['80:1', '80:2', true],
  ['80:1', '127.0.0.1:80:2', true],
  ['127.0.0.1:80:1', '127.0.0.2:80:1', false],
  ['80:1', '80:1/udp', false],
  ['80', '80', false],
] as const)
  test(`ports ${a} and ${b} ${collides ? 'collide' : 'do not collide'}`, () => {
    const [first, second] = [publishedPorts(a)?.[0], publishedPorts(b)?.[0]];
    assert.ok(first && second);
    assert.equal(portsCollide(first, second), collides);
  });

for (const [text, kind] of [
  ['data:/data', 'volume'],
  ['./data:/data:ro', 'path'],
  ['../data:/data', 'path'],
  ['/data:/data', 'path'],
  ['~/data:/data', 'reference'],
  ['${HOME}/data:/data', 'reference'],
  ['${DATA:-/var/data}:/data:rw,z', 'reference'],
  ['./${X:-a}/b:/data', 'path'],
  ['/data', undefined],
  ['data:data', undefined],
  ['a b:/data', undefined],
  [':/data', undefined],
] as const)
  test(`volume ${text} is ${kind ?? 'refused'}`, () => assert.equal(parseVolume(text)?.kind, kind));

test('.dockerignore rules mean what docker takes them for', () => {
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

for (const [what, dockerfile, sources] of [
  ['nothing', 'FROM a\nRUN b\n# COPY x y', []],
  ['files', 'FROM a\nCOPY a.txt ./src/ /app/', ['a.txt', 'src']],
  ['only other stages', 'FROM a AS b\nCOPY --from=b /x /y', []],
  ['flags and JSON', 'FROM a\nADD --chown=1:1 ["my file", "/x"]', ['my file']],
  [
    'URLs and here-documents',
    'FROM a\nADD https://x/y /z\nCOPY <<EOF /a\nCOPY not /this\nEOF\nCOPY b /b',
    ['b'],
  ],
  ['continued lines', 'FROM a\nCOPY a \\\n# note\n  b \\\n  /c', ['a', 'b']],
  ['everything', 'FROM a\ncopy . /app', undefined],
  ['patterns', 'FROM a\nCOPY *.json /app', undefined],
  ['variables', 'FROM a\nCOPY $SRC /app', undefined],
  ['mounts', 'FROM a\nRUN --mount=type=bind,target=/src make', undefined],
  ['caches', 'FROM a\nRUN --mount=type=cache,target=/root make', []],
] as const)
  test(`a Dockerfile that copies ${what} reads ${JSON.stringify(sources)}`, () =>
    assert.deepEqual(contextSources(dockerfile), sources));

for (const [word, near] of [
  ['comand', 'command'],
  ['env_file', 'envFile'],
  ['Image', 'image'],
  ['enviroment', undefined],
  ['prot', 'port'],
  ['zzz', undefined],
] as const)
  test(`${word} is taken for ${near}`, () =>
    assert.equal(similar(word, ['command', 'envFile', 'image', 'env', 'port', 'ports']), near));
