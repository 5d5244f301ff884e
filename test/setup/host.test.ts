/** What Hive reads from a machine: distribution, mirrors, settings for images. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mirrorOf, parseOsRelease, parsePinned } from '../../src/setup/host.ts';
import { aptProxiesOf, npmrcOf, pipConfOf } from '../../src/setup/host-settings.ts';
import { parseAptStatus } from '../../src/setup/install-engine.ts';

test('os-release must be read with and without quotes', () => {
  const text = 'PRETTY_NAME="Linux Mint 22"\nID=linuxmint\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n';
  assert.deepEqual(parseOsRelease(text), {
    id: 'linuxmint',
    name: 'Linux Mint 22',
    codename: 'wilma',
    ubuntuCodename: 'noble',
  });
  assert.equal(parseOsRelease(''), undefined);
});

test("trixie must come from the machine's own mirror, never from a disc", () => {
  const targets =
    'cdrom://Debian bookworm\nhttp://mirror.test/debian/ bookworm\nhttp://sec.test/ bookworm-security\n';
  assert.equal(mirrorOf(targets, 'bookworm'), 'http://mirror.test/debian');
  assert.equal(mirrorOf(targets, 'bookworm-security'), 'http://sec.test');
  assert.equal(mirrorOf(targets, 'trixie'), undefined);
});

test('pins of an earlier run must be read back', () => {
  assert.deepEqual(parsePinned('Package: *\nPin: x\n\nPackage: docker-buildx docker-compose\nPin: y\n'), [
    'docker-buildx',
    'docker-compose',
  ]);
  assert.deepEqual(parsePinned(''), []);
});

test('images must get registries and proxies, and nothing that holds a password', () => {
  const npm = {
    registry: 'https://npm.corp.test/',
    'https-proxy': 'http://user:secret@proxy.test:3128',
    proxy: null,
    noproxy: [''],
    '@corp:registry': 'https://corp.test/',
    '//npm.corp.test/:_authToken': 'secret',
    'strict-ssl': true,
  };
  assert.equal(
    npmrcOf(JSON.stringify(npm)),
    'registry=https://npm.corp.test/\n@corp:registry=https://corp.test/\n',
  );
  assert.equal(npmrcOf('{"registry":"https://registry.npmjs.org/"}'), '');
  assert.equal(npmrcOf('npm is broken'), '');

  const files = [
    '[global]\nindex-url = https://a.test/simple\n',
    '[global]\nindex-url: https://b.test/simple\ncert=/x',
  ];
  assert.equal(pipConfOf(files, {}), '[global]\nindex-url = https://b.test/simple\n');
  assert.equal(pipConfOf(files, { PIP_INDEX_URL: 'https://me:secret@c.test/simple' }), '');

  const dump =
    'Acquire::http::Proxy "http://proxy.test:3142";\nAcquire::Retries "3";\nAcquire::https::Proxy "";\n';
  assert.equal(aptProxiesOf(dump), 'Acquire::http::Proxy "http://proxy.test:3142";\n');
});

test("apt's status lines must become one percentage: downloads the first half, unpacking the second", () => {
  assert.deepEqual(parseAptStatus('dlstatus:3:40:Retrieving file 3 of 13'), {
    percent: 20,
    detail: 'Retrieving file 3 of 13',
  });
  assert.deepEqual(parseAptStatus('pmstatus:docker.io:50.0:Unpacking docker.io (amd64)'), {
    percent: 75,
    detail: 'Unpacking docker.io (amd64)',
  });
  assert.deepEqual(parseAptStatus('pmstatus:libc6:amd64:100:Installed libc6'), {
    percent: 100,
    detail: 'Installed libc6',
  });
  assert.equal(parseAptStatus('pmerror:docker.io:50:it broke'), undefined);
});
