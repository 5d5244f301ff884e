/** The contract suite of links. */
import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import type { Link } from '../../src/runtime/links/link.ts';
import { ask, type Collected, collect } from './collect.ts';

/** A link to a freshly started server of test/servers. */
export interface Opened {
  readonly link: Link;
  readonly seen: Collected;
  /** Ends what the link itself does not end. */
  readonly dispose: () => Promise<void>;
  /** Pids on this machine of all processes that were started for this link and still run. */
  readonly left: () => Promise<readonly number[]>;
}

export interface LinkKind {
  readonly name: string;
  readonly open: (server: string, seen: Collected) => Promise<Opened>;
  /** Obligations that do not apply to this kind, each with its reason. */
  readonly deviations: Readonly<Record<string, string>>;
  readonly end?: () => Promise<void>;
}

type Case = (opened: Opened, t: TestContext) => Promise<void>;

const mirror = async ({ link, seen }: Opened, params: string, id = 1): Promise<void> => {
  const answer = await ask(link, seen, id, 'mirror', params);
  const expected = Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":${params}}`);
  assert.ok(answer.equals(expected), `got ${answer.length} bytes: ${answer.toString('utf8', 0, 200)}`);
};

const odd = '{ "b":1.0, "a":"\\u00e4 ä 😀 \\/", "b":[1e5 , {}],"n":12345678901234567890}';

/** By obligation: the server that it is shown with, and what must hold. */
const CASES: Readonly<Record<string, readonly [server: string, run: Case]>> = {
  'bodies pass byte for byte': ['mirror', (opened) => mirror(opened, odd)],

  '1,000 concurrent messages all arrive': [
    'mirror',
    async ({ link, seen }) => {
      const text = (id: number): Buffer =>
        Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"mirror","params":${id}}`);
      await Promise.all(Array.from({ length: 1_000 }, (_, id) => link.send(text(id))));
      await seen.until(() => seen.messages.length === 1_000);
      const ids = seen.messages.map((bytes) => JSON.parse(bytes.toString()).id);
      assert.deepEqual(
        ids.toSorted((a, b) => a - b),
        Array.from({ length: 1_000 }, (_, id) => id),
      );
    },
  ],

  'messages keep their order': [
    'mirror',
    async ({ link, seen }) => {
      for (let id = 0; id < 1_000; id++)
        void link.send(Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"mirror","params":${id}}`));
      await seen.until(() => seen.messages.length === 1_000);
      const ids = seen.messages.map((bytes) => JSON.parse(bytes.toString()).id);
      assert.deepEqual(
        ids,
        Array.from({ length: 1_000 }, (_, id) => id),
      );
    },
  ],

  '1 MB passes in both directions': [
    'mirror',
    (opened) => mirror(opened, JSON.stringify('ä'.repeat(500_000))),
  ],

  '50 MB pass in both directions, and later messages too': [
    'mirror',
    async (opened) => {
      await mirror(opened, JSON.stringify('x€'.repeat(12_500_000)), 1);
      await mirror(opened, '"after"', 2);
    },
  ],

  'a banner counts as noise and loses no message': [
    'banner-on-stdout',
    async ({ link, seen }) => {
      await ask(link, seen, 1, 'echo', '{"a":1}');
      assert.deepEqual(seen.noise, [
        ['=== My MCP server v1.2 ===', 37],
        ['Listening on stdio', 18],
        ['{"level":"info","msg":"ready"}', 30],
      ]);
      assert.equal(seen.messages.length, 1);
    },
  ],

  'a banner glued to the first message is cut off': [
    'glued-banner',
    async ({ link, seen }) => {
      const answer = await ask(link, seen, 1, 'echo', '{"a":1}');
      assert.equal(answer.toString(), '{"jsonrpc":"2.0","id":1,"result":{"a":1}}');
      assert.deepEqual(seen.noise, [['Loading…', 11]]);
    },
  ],

  'characters split over chunks stay whole': [
    'split-utf8',
    async ({ link, seen }) => {
      const answer = await ask(link, seen, 1, 'echo', '{"a":"ä😀€ä😀€"}');
      assert.equal(answer.toString(), '{"jsonrpc":"2.0","id":1,"result":{"a":"ä😀€ä😀€"}}');
    },
  ],

  'stderr is kept apart from messages': [
    'stderr-noise',
    async ({ link, seen }) => {
      await ask(link, seen, 1, 'tools/call', '{"arguments":{"say":"warnung: ä\\n"}}');
      await seen.until(() => seen.stderr.includes('warnung: ä\n'));
      assert.match(seen.stderr, /^line 0\nline 1\n(line \d+\n)*line 29\nhalf a line é\nwarnung: ä\n$/);
      assert.deepEqual(seen.noise, []);
    },
  ],

  'the last output of a dying server is reported once, before its exit code': [
    'crash-on-start',
    async ({ link, seen }) => {
      await seen.until(() => seen.closed.length > 0);
      assert.equal(seen.closed[0]?.exitCode, 3);
      assert.match(seen.stderr, /DATABASE_URL is not set/);
      assert.deepEqual(seen.noise, [['starting up', 11]]);
      await link.close(100);
      assert.equal(seen.closed.length, 1);
    },
  ],

  'an exit during a call is reported with its exit code': [
    'exits-mid-call',
    async ({ link, seen }) => {
      await link.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}'));
      await seen.until(() => seen.closed.length > 0);
      assert.equal(seen.closed[0]?.exitCode, 7);
      await assert.rejects(link.send(Buffer.from('{}')), { code: 'SERVER_EXITED' });
    },
  ],

  'close ends a server that ignores everything': [
    'ignores-sigterm',
    async ({ link, seen, left }) => {
      await ask(link, seen, 1, 'echo', '{}');
      assert.notDeepEqual(await left(), []);
      await link.close(200);
      assert.deepEqual(await left(), []);
      assert.equal(seen.closed.length, 1);
    },
  ],

  'close also ends processes that the server started': [
    'spawns-children',
    async ({ link, seen, left }) => {
      await ask(link, seen, 1, 'echo', '{}');
      assert.equal((await left()).length, 3);
      await link.close(200);
      assert.deepEqual(await left(), []);
    },
  ],

  'close may be called twice and reports the end once': [
    'mirror',
    async ({ link, seen }) => {
      await mirror({ link, seen } as Opened, '1');
      await Promise.all([link.close(2_000), link.close(2_000)]);
      await link.close(0);
      assert.equal(seen.closed.length, 1);
      await assert.rejects(link.send(Buffer.from('{"jsonrpc":"2.0","method":"x"}')));
    },
  ],
};

/** Tests every obligation of a link on real servers. A deviation that names no case is an error. */
export function linkContract({ name, open, deviations, end }: LinkKind): void {
  for (const deviation of Object.keys(deviations))
    assert.ok(deviation in CASES, `no such obligation: ${deviation}`);
  for (const [obligation, [server, run]] of Object.entries(CASES)) {
    const skip = deviations[obligation] ?? false;
    test(`${name}: ${obligation}`, { skip, timeout: 120_000 }, async (t) => {
      const opened = await open(server, collect());
      try {
        await run(opened, t);
      } finally {
        await opened.link.close(0);
        await opened.dispose();
      }
    });
  }
  if (end) after(end);
}
