/** What Podman does in another way than Docker, as answers of its API. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/clock.ts';
import { createDockerEngine } from '../../../src/engines/docker/docker-engine.ts';
import { readEvents } from '../../../src/engines/docker/watch.ts';
import type { Engine } from '../../../src/model/engine.ts';

/** A Podman that answers like this; requests that it does not know fail. */
async function podman(
  t: TestContext,
  answers: Readonly<Record<string, object | (() => { status: number; body: object })>>,
): Promise<{ engine: Engine; asked: readonly string[] }> {
  const asked: string[] = [];
  const respond: RequestListener = ({ method, url = '' }, response) => {
    const request = `${method} ${url.split('?')[0]}`;
    asked.push(request);
    const answer = answers[request] ?? { message: `no ${request}` };
    const { status, body } =
      typeof answer === 'function' ? answer() : { status: request in answers ? 200 : 500, body: answer };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const server = createServer(respond).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { engine: createDockerEngine({ url, env: {}, flavour: 'podman' }, systemClock), asked };
}

const LISTED = {
  Id: 'c1',
  Names: ['/box'],
  Image: 'docker.io/library/node:24-slim',
  ImageID: 'sha256:1',
  State: 'running',
  Status: 'Up',
  Created: 1,
  HostConfig: null,
  Mounts: [],
  NetworkSettings: { Networks: null },
};

test('mounts and the host network must be read where the listing lacks them, and names be familiar', async (t) => {
  const { engine } = await podman(t, {
    'GET /containers/json': [LISTED],
    'GET /containers/c1/json': {
      HostConfig: { NetworkMode: 'host' },
      Mounts: [{ Source: '/fifos', Destination: '/run/hive' }],
    },
  });
  const [box] = await engine.containers('x');
  assert.equal(box?.image, 'node:24-slim');
  assert.equal(box?.networkMode, 'host');
  assert.deepEqual(box?.mounts, [{ source: '/fifos', target: '/run/hive' }]);
});

test('a network must be removed by its name, and one in use must stay', async (t) => {
  const used = () => ({
    status: 500,
    body: { message: '"net" has associated containers: network is being used' },
  });
  const { engine, asked } = await podman(t, {
    'GET /networks': [{ Id: 'abc', Name: 'net', Labels: {} }],
    'DELETE /networks/net': used,
  });
  await engine.removeNetworks('project');
  assert.deepEqual(asked, ['GET /networks', 'DELETE /networks/net']);
  assert.deepEqual(await engine.networks(), [{ networkId: 'net', networkName: 'net' }]);
});

test('a container that is ending must be removed once it has ended', async (t) => {
  let tries = 0;
  const { engine } = await podman(t, {
    'GET /containers/c1/json': { Config: {} },
    'POST /containers/c1/stop': () => ({ status: 304, body: {} }),
    'DELETE /containers/c1': () =>
      ++tries < 4
        ? { status: 500, body: { message: 'sending SIGKILL: container state improper: stopped' } }
        : { status: 204, body: {} },
  });
  await engine.remove('c1');
  assert.equal(tries, 4);
});

test('a process in a container that does not run must be refused in the words of Docker', async (t) => {
  const { engine } = await podman(t, {
    'POST /containers/c1/exec': () => ({
      status: 500,
      body: { message: 'can only create exec sessions on running containers: container state improper' },
    }),
  });
  await assert.rejects(engine.execDetached('c1', { command: ['true'] }), {
    code: 'ENGINE_REFUSED',
    message: 'container c1 is not running',
  });
});

test('events of other containers, and those after which nothing differs, must not be reported', () => {
  let reports = 0;
  const read = readEvents(
    'podman',
    'mine',
    () => reports++,
    () => {},
  );
  const event = (Action: string, Attributes: object): string =>
    `${JSON.stringify({ Action, Actor: { Attributes } })}\n`;
  read(Buffer.from(event('start', { other: 'yes' }) + event('init', { mine: 'yes' })));
  assert.equal(reports, 0);
  const text = event('died', { mine: 'yes' });
  read(Buffer.from(text.slice(0, 20)));
  assert.equal(reports, 0);
  read(Buffer.from(text.slice(20)));
  assert.equal(reports, 1);
  read(Buffer.from('no JSON\n'));
  assert.equal(reports, 1);
});
