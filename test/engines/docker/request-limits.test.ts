import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import Docker from 'dockerode';
import { removeContainer } from '../../../src/engines/docker/containers.ts';
import { limitRequests } from '../../../src/engines/docker/request-limits.ts';
import { removeContainers } from '../../../src/runtime/containers/removal.ts';

/** Soon over for an engine that hangs. */
const SHORT_MS = 200;
/** An engine that answers has time, on however slow a machine. */
const LONG_MS = 60_000;

/** An engine that does this with every request. */
async function engine(t: TestContext, respond: RequestListener, limitMs = LONG_MS): Promise<Docker> {
  const server = createServer(respond).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return limitRequests(new Docker({ protocol: 'http', host: '127.0.0.1', port }), limitMs);
}

const HANGS: Readonly<Record<string, RequestListener>> = {
  'never answers': () => {},
  'begins to answer and stops': (_request, response) => void response.writeHead(200).write('['),
};

for (const [how, respond] of Object.entries(HANGS)) {
  test(`an engine that ${how} must cost every request its time limit, with an error that says so`, async (t) => {
    const docker = await engine(t, respond, SHORT_MS);
    const container = docker.getContainer('abc');
    const requests = {
      'GET /containers/json': docker.listContainers({ all: true, filters: { label: ['x'] } }),
      'GET /networks': docker.listNetworks(),
      'GET /volumes': docker.listVolumes(),
      'GET /containers/abc/json': container.inspect(),
      'POST /containers/abc/restart': container.restart(),
      'DELETE /containers/abc': container.remove({ v: true, force: true }),
      'POST /containers/abc/exec': container.exec({ Cmd: ['x'] }),
      'GET /images/abc/json': docker.getImage('abc').inspect(),
    };
    for (const [request, answer] of Object.entries(requests)) {
      const error = await answer.then(
        () => assert.fail(`${request} was answered`),
        (it: Error & { code: string; hint: string }) => it,
      );
      assert.equal(error.message, `the engine did not answer ${request} within 0.2 s`);
      assert.equal(error.code, 'ENGINE_UNREACHABLE');
      assert.match(error.hint, /systemctl restart docker/);
    }
  });
}

test('a stream must have the limit until it opens, and none after that', async (t) => {
  const open = Promise.withResolvers<ServerResponse>();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const docker = await engine(t, (_request, response) => {
    response.writeHead(200).flushHeaders();
    open.resolve(response);
  });
  const stream = await docker.getEvents();
  t.mock.timers.tick(LONG_MS + 1);
  t.mock.timers.reset();
  (await open.promise).end('late');
  const chunks = await (stream as NodeJS.ReadableStream & { toArray(): Promise<Buffer[]> }).toArray();
  assert.equal(Buffer.concat(chunks).toString(), 'late');
  const silent = await engine(t, () => {}, SHORT_MS);
  await assert.rejects(silent.getEvents(), /did not answer GET \/events within 0\.2 s/);
  await assert.rejects(
    silent.getContainer('abc').attach({ stream: true, stdin: true, hijack: true }),
    /did not answer POST \/containers\/abc\/attach within 0\.2 s/,
  );
});

test('a request with a limit of its own must keep that limit', async (t) => {
  const late: RequestListener = (_request, response) =>
    void setTimeout(() => response.end('[]'), 2 * SHORT_MS);
  const docker = await engine(t, late, SHORT_MS);
  assert.deepEqual(await docker.listContainers({ abortSignal: AbortSignal.timeout(LONG_MS) }), []);
});

test('an absent engine must be reported as such for every request; its own answers must stay as they are', async (t) => {
  const gone = limitRequests(new Docker({ socketPath: '/nonexistent/docker.sock' }));
  const abortSignal = AbortSignal.timeout(LONG_MS);
  for (const request of [gone.listNetworks(), gone.listContainers({ abortSignal }), gone.getEvents()]) {
    const error = await request.then(
      () => assert.fail('it was answered'),
      (it: Error & { code: string }) => it,
    );
    assert.equal(error.code, 'ENGINE_UNREACHABLE');
    assert.equal(error.message, 'the engine does not answer: connect ENOENT /nonexistent/docker.sock');
  }
  const docker = await engine(
    t,
    (_request, response) => void response.writeHead(404).end('{"message":"no such thing"}'),
  );
  await assert.rejects(docker.getContainer('abc').inspect(), { statusCode: 404 });
});

test('a container that the engine cannot remove must not keep other containers from being removed', async (t) => {
  const removed: string[] = [];
  const limits = new Map<AbortSignal, AbortController>();
  t.mock.method(AbortSignal, 'timeout', () => {
    const limit = new AbortController();
    limits.set(limit.signal, limit);
    return limit.signal;
  });
  const docker = await engine(t, ({ method, url = '' }, response) => {
    const id = url.split('/')[2]?.split('?')[0] ?? '';
    if (method === 'GET') return void response.end('{"Config":{"StopTimeout":0}}');
    if (id === 'stuck') return undefined;
    if (method === 'DELETE') removed.push(id);
    return void response.writeHead(204).end();
  });
  expireAtOnce(docker, 'stuck', limits);
  const remove = (id: string): Promise<void> => removeContainer(docker, id);
  const failures = await removeContainers({ remove }, ['a', 'stuck', 'b']);
  assert.deepEqual(removed.sort(), ['a', 'b']);
  assert.deepEqual([...failures.keys()], ['stuck']);
  assert.match(failures.get('stuck')?.message ?? '', /did not stop container stuck within 15 s/);
});

/** Ends the limit of every request about that container as soon as the request is sent. */
function expireAtOnce(docker: Docker, id: string, limits: ReadonlyMap<AbortSignal, AbortController>): void {
  type Request = { readonly path: string; readonly abortSignal?: AbortSignal };
  const modem = docker.modem as unknown as { dial(request: Request, done: unknown): void };
  const dial = modem.dial.bind(modem);
  modem.dial = (request, done) => {
    dial(request, done);
    const limit = request.abortSignal && limits.get(request.abortSignal);
    if (limit && request.path.includes(id))
      setImmediate(() => limit.abort(new DOMException('late', 'TimeoutError')));
  };
}

test('every request must have a limit of 30 s', (t) => {
  const limits: (number | undefined)[] = [];
  t.mock.method(globalThis, 'setTimeout', (_: () => void, ms?: number) => void limits.push(ms));
  const docker = { modem: { dial: () => {} } };
  limitRequests(docker as unknown as Docker);
  Reflect.apply(docker.modem.dial, docker.modem, [{ method: 'GET', path: '/' }, () => {}]);
  assert.deepEqual(limits, [30_000]);
});
