import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseVolume, portsCollide, publishedPorts } from '../../../src/config/parse/endpoints.ts';

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
  ['data:/data:ro,Z,nocopy,rslave', 'volume'],
  ['data:/data:RO', undefined],
  ['data:/data:ro,rw', undefined],
  ['data:/data:ro,', undefined],
] as const)
  test(`volume ${text} is ${kind ?? 'refused'}`, () => assert.equal(parseVolume(text)?.kind, kind));
