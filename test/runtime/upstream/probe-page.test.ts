/** What a server prints at the question for its era is not quoted as the cause of a failure that comes later. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openChild } from '../../../src/runtime/links/child.ts';
import type { LinkEvents } from '../../../src/runtime/links/link.ts';
import { SERVERS } from '../../helpers/hive.ts';
import { connect, parse, tool } from './harness.ts';

for (const [what, args] of [
  ['names the question', ['names']],
  ['does not name it', []],
] as const)
  test(`the error of a server that exits must not quote the page that it printed at the version probe, which ${what}`, async () => {
    const open = (events: LinkEvents) => {
      const command = { command: process.execPath, args: [`${SERVERS}/prints-at-probe.mjs`, ...args] };
      return openChild({ serverName: 's', ...command, env: {}, cwd: '/' }, events);
    };
    const { upstream } = await connect('s', { open });
    const { message } = parse(await upstream.call(tool({})).reply);
    assert.match(message, /code 7/);
    assert.match(message, /fatal: out of luck/);
    assert.doesNotMatch(message, /not of kind|literal_error|validation/);
    await upstream.close(0);
  });
