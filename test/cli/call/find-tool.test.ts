/** The tool that a person means. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTool } from '../../../src/cli/call/find-tool.ts';
import { gateway, server } from '../fixtures.ts';

const tool = (name: string, own: string) => ({ name, own, server: name.split('_')[0] });
const TOOLS = [
  tool('db_query', 'query'),
  tool('db_list', 'list'),
  tool('web_list', 'list'),
  tool('web_get', 'get'),
];

let status = gateway([]);
const control = {
  status: async () => status,
  runOperation: async (_: string, { tool: wanted }: { tool?: string }) => {
    const tools = TOOLS.filter((it) => wanted === undefined || it.name === wanted || it.own === wanted);
    return JSON.stringify({ tools });
  },
};

test('a tool must be found by its public name, and by its own where only one server has it', async () => {
  assert.equal((await findTool(control, 'db_list')).name, 'db_list');
  assert.equal((await findTool(control, 'query')).name, 'db_query');
});

for (const [name, message, hint] of [
  ['list', '2 servers have a tool list', 'npx hive call db_list; or one of: db_list, web_list'],
  ['db_qurey', 'there is no tool db_qurey', 'did you mean db_query?'],
  ['gett', 'there is no tool gett', 'did you mean web_get?'],
  ['nothing_like_it', 'there is no tool nothing_like_it', 'list the tools: npx hive tools'],
] as const)
  test(`${name} must be refused with the tools that may be meant`, async () => {
    await assert.rejects(findTool(control, name), { code: 'USAGE', message, hint });
  });

test('with a view only what it shows must be found, and a tool that it hides be told from none', async () => {
  const ofView = {
    status: control.status,
    runOperation: async (name: string, input: { tool?: string; view?: string }) => {
      const { tools } = JSON.parse(await control.runOperation(name, input));
      const shown = tools.filter((it: { server: string }) => input.view === undefined || it.server === 'web');
      return JSON.stringify({ tools: shown });
    },
  };
  assert.equal((await findTool(ofView, 'list', 'v')).name, 'web_list');
  await assert.rejects(findTool(ofView, 'db_query', 'v'), {
    message: 'the view v does not show db_query',
    hint: 'npx hive tools --view v',
  });
  await assert.rejects(findTool(ofView, 'web_gett', 'v'), { hint: 'did you mean web_get?' });
});

const PLACE = { path: '/x/hive.yaml', line: 4 };
const FAILED = {
  state: 'failed',
  code: 'SERVER_EXITED',
  reason: 'sentry exited with code 1',
  hint: 'set TOKEN',
  place: PLACE,
} as const;

for (const [name, servers, off, error] of [
  [
    'sentry_whoami',
    [server('sentry', FAILED), server('db')],
    [],
    {
      code: 'SERVER_EXITED',
      message: 'there is no tool sentry_whoami: its server sentry has failed: sentry exited with code 1',
      hint: 'set TOKEN',
      place: PLACE,
    },
  ],
  [
    'sentry_whoami',
    [server('sentry', { state: 'starting', detail: 'installing sentry' }), server('db')],
    [],
    { message: 'there is no tool sentry_whoami: its server sentry is starting: installing sentry' },
  ],
  [
    'sentry_whoami',
    [server('sentry', { state: 'stopped', detail: 'stopped by `hive stop`' }), server('db')],
    [],
    { hint: 'npx hive start sentry' },
  ],
  [
    'off_go',
    [server('db')],
    [{ serverName: 'off', place: PLACE }],
    { code: 'USAGE', message: 'there is no tool off_go: its server off is switched off', place: PLACE },
  ],
  [
    'whoami',
    [server('sentry', FAILED), server('db')],
    [],
    { code: 'USAGE', message: 'there is no tool whoami; not up, so without tools: sentry' },
  ],
] as const)
  test(`${name} of a server that is ${servers[0]?.state} must be refused with the reason`, async (t) => {
    status = gateway(servers, { off });
    t.after(() => {
      status = gateway([]);
    });
    await assert.rejects(findTool(control, name), error);
  });
