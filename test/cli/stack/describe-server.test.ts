import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { describeServer } from '../../../src/cli/stack/describe-server.ts';
import { rendered } from '../../../src/cli/terminal/print.ts';
import type { ServerStatus } from '../../../src/model/status.ts';
import { server } from '../fixtures.ts';

const counts = { tools: 2, resources: 1, templates: 1, prompts: 0 };
const place = { path: join(process.cwd(), 'hive.yaml'), line: 3 };

const DESCRIBED: readonly [what: string, status: Partial<ServerStatus>, text: string][] = [
  ['what it serves', { counts }, 'a    ready     2 tools, 1 resource, 1 resource template'],
  [
    'that it offers nothing',
    { counts: { ...counts, tools: 0, resources: 0, templates: 0 } },
    'a    ready     offers nothing',
  ],
  [
    'why it offers nothing',
    { counts: { ...counts, tools: 0, resources: 0, templates: 0 }, whyNothing: 'it wrote: no token is set' },
    'a    ready     offers nothing: it wrote: no token is set',
  ],
  [
    'what it does now',
    { state: 'starting', detail: 'building image (1/2)' },
    'a    starting  building image (1/2)',
  ],
  ['its state alone, where that is all', { state: 'pending' }, 'a    pending '],
  [
    'its failure, the place, what comes next and the fix',
    {
      state: 'failed',
      code: 'SERVER_EXITED',
      reason: 'it exited',
      detail: 'next try in 2 s',
      hint: 'fix it',
      place,
    },
    'a    failed    SERVER_EXITED: it exited\n    at hive.yaml:3\n    next try in 2 s\n    fix: fix it',
  ],
  [
    'a failed replacement below what still serves',
    { code: 'SERVER_EXITED', reason: 'the new one exited' },
    'a    ready     1 tool\n    SERVER_EXITED: the new one exited',
  ],
];
for (const [what, status, text] of DESCRIBED)
  test(`the line of a server must show ${what}`, () =>
    assert.equal(stripVTControlCharacters(rendered(describeServer(server('a', status), 3))), text));
