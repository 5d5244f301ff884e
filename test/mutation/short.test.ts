/** A dozen checks, each weakened on purpose: the unit tests must notice. `npm run mutate` tries all of them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT, Workspace } from './workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'hive-mutation-'));
const workspace = new Workspace(folder);
after(() => rmSync(folder, { recursive: true, force: true }));

const LIMIT_MS = 30_000;

type Weakening = readonly [what: string, file: string, from: string, to: string, testFile: string];

const WEAKENED: readonly Weakening[] = [
  [
    'the host of an origin is compared by its end',
    'edge/http/guard.ts',
    'allowed.has(originHost(origin))',
    '[...allowed].some((host) => originHost(origin).endsWith(host))',
    'edge/http/guard.test.ts',
  ],
  [
    'a token counts by the first two bytes of its digest',
    'edge/auth/token-table.ts',
    'timingSafeEqual(digest, it.digest)',
    'timingSafeEqual(digest.subarray(0, 2), it.digest.subarray(0, 2))',
    'edge/auth/bearer.test.ts',
  ],
  ['a token need not end', 'edge/auth/jwt.ts', "['exp', 'sub']", "['sub']", 'edge/auth/jwt.test.ts'],
  [
    'an expired token counts for another hour',
    'edge/auth/jwt.ts',
    'CLOCK_SKEW_S = 30',
    'CLOCK_SKEW_S = 3600',
    'edge/auth/jwt.test.ts',
  ],
  [
    'tokens may be signed with a shared secret',
    'edge/auth/jwt.ts',
    "'EdDSA',",
    "'EdDSA', 'HS256',",
    'edge/auth/jwt.test.ts',
  ],
  [
    'events of all sessions are kept without bound',
    'edge/legacy/replays.ts',
    '> 2 * this.#limits.totalBytes',
    '> 2000 * this.#limits.totalBytes',
    'edge/legacy/replays.test.ts',
  ],
  [
    'a session ends those of other clients',
    'edge/legacy/sessions.ts',
    'session.caller.principal === principal && ',
    '',
    'edge/legacy/sessions.test.ts',
  ],
  [
    'a server may ask without bound',
    'runtime/upstream/server-requests.ts',
    'MAX_UNANSWERED = 100',
    'MAX_UNANSWERED = 100_000',
    'runtime/upstream/server-requests.test.ts',
  ],
  [
    'the end of a server’s output is kept without bound',
    'runtime/upstream/output/tail.ts',
    'MAX_CHARACTERS = 8 * 1024',
    'MAX_CHARACTERS = 8 * 1024 * 1024',
    'runtime/upstream/output/tail.test.ts',
  ],
  [
    'digests of secrets have no key',
    'runtime/memory/values.ts',
    "createHmac('sha256', key)",
    "createHmac('sha256', '')",
    'runtime/memory/values.test.ts',
  ],
  [
    'everybody may read the state',
    'runtime/memory/state-dir.ts',
    'makeFolder(path, 0o700)',
    'makeFolder(path, 0o755)',
    'runtime/memory/state-dir.test.ts',
  ],
  [
    'terminals get what servers print',
    'wire/framing.ts',
    'stripVTControlCharacters(',
    '(',
    'wire/framing-display.test.ts',
  ],
];

for (const [what, file, from, to, testFile] of WEAKENED)
  test(`a test must fail if ${what}`, async () => {
    const text = readFileSync(join(ROOT, 'src', file), 'utf8');
    assert.equal(
      text.split(from).length,
      2,
      `src/${file} must contain ${from} once: change this row with it`,
    );
    const outcome = await workspace.with(
      `src/${file}`,
      text.replace(from, () => to),
      () => workspace.run(`test/${testFile}`, { limitMs: LIMIT_MS }),
    );
    assert.equal(outcome.kind, 'failed', `test/${testFile} does not notice`);
    assert.notEqual(outcome.test, '', `test/${testFile} failed outside all tests`);
  });
