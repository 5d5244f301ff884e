import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerServer } from '../../../src/model/desired.ts';
import { ownLocalhost } from '../../../src/runtime/advice/own-localhost.ts';

const server = (facts: Partial<ContainerServer> = {}) =>
  ({ network: 'isolated', compose: {}, ...facts }) as ContainerServer;

const REFUSALS = [
  'Error: connect ECONNREFUSED 127.0.0.1:5432',
  'Error: connect ECONNREFUSED ::1:5432',
  'psycopg.OperationalError: connection to server at "localhost" (::1), port 5432 failed: Connection refused',
  "HTTPConnectionPool(host='localhost', port=11434): Max retries exceeded: [Errno 111] Connection refused",
  'Cannot connect to host localhost:6333 ssl:default',
  'redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.',
  'dial tcp 127.0.0.1:5432: connect: connection refused',
  'dial tcp [::1]:9200: connect: connection refused',
  'localhost:27017: [Errno 111] Connection refused',
  "Can't connect to MySQL server on '127.0.0.1:3306' (111)",
];

for (const text of REFUSALS)
  test(`a service at the container's own localhost must be told where it is: ${text}`, () => {
    const hint = ownLocalhost(server(), text) ?? '';
    assert.match(hint, /localhost is the container itself.*host\.docker\.internal/);
    assert.match(hint, /compose: \{ extra_hosts: \["host\.docker\.internal:host-gateway"\] \}/);
  });

test('an entry that has the name must not be told to add it', () => {
  const compose = { extra_hosts: ['host.docker.internal:host-gateway'] };
  assert.doesNotMatch(ownLocalhost(server({ compose }), REFUSALS[0] ?? '') ?? '', /extra_hosts/);
});

test('a name that is not known, and a host that refuses, must get other words', () => {
  for (const text of [
    'Error: getaddrinfo ENOTFOUND host.docker.internal',
    "NameResolutionError: Failed to resolve 'host.docker.internal'",
    'dial tcp: lookup host.docker.internal on 127.0.0.11:53: no such host',
  ])
    assert.match(ownLocalhost(server(), text) ?? '', /^add compose: \{ extra_hosts/, text);
  for (const text of [
    'Error: connect ECONNREFUSED 172.17.0.1:5432',
    'connection to server at "host.docker.internal" (172.17.0.1), port 5432 failed: Connection refused',
  ])
    assert.match(ownLocalhost(server(), text) ?? '', /must listen on 0\.0\.0\.0.*network: host/, text);
});

test('a container without a network, or on that of the host, must not be sent there', () => {
  const [text = ''] = REFUSALS;
  assert.match(ownLocalhost(server({ network: 'none' }), text) ?? '', /network: none reaches nothing/);
  assert.equal(ownLocalhost(server({ network: 'host' }), text), undefined);
});

test('other complaints, and long lines, must get no such advice', () => {
  for (const text of [
    'listening on 127.0.0.1:3000',
    'connect ECONNREFUSED 10.0.0.7:5432',
    'connect to localhost:5432 succeeded',
    `localhost${' '.repeat(100_000)}refuse`,
  ])
    assert.equal(ownLocalhost(server(), text), undefined, text.slice(0, 60));
});
