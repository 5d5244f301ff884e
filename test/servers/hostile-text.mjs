// Puts characters that act on a terminal into every text that a server has. The argument says how it fails, if at all.
import { methods, notify, send, serve } from './serve.mjs';

/** ESC sequences of each kind, their 8-bit forms, CR, and characters that reorder, break or hide text. */
export const HOSTILE = [
  '\u001b[2J\u001b]0;title\u0007\u001bP1\u001b\\\u001b_x\u001b\\\u001bc\u001b[8m',
  '\u009b2J\u009d0;t\u009c\u0090q\u009c\u0085\rfake\b\0\u007f',
  '\u202eevil\u2066x\u2069\u200b\u200e\u2028\u2029\ufeff\u{e0041}',
].join('');

const [how = ''] = process.argv.slice(2);
const HIDDEN = `HIDDEN${HOSTILE}`;
const fail = (id, message, data) => send({ id, error: { code: -32000, message, data } });

process.stderr.write(`stderr ${HOSTILE}\n\u001b[31mcoloured\u001b[0m\r\n`);
process.stdout.write(`noise ${HOSTILE}\n`);
if (how === 'exits') process.exit(3);

serve({
  initialize: (params, { id }) => {
    if (how === 'refuses') return fail(id, `no ${HOSTILE}\nerror FAKE: line`);
    return {
      ...methods.initialize(params),
      ...(how === 'version' ? { protocolVersion: `1${HOSTILE}\nerror FAKE: line` } : {}),
      serverInfo: { name: HIDDEN, version: HOSTILE },
      instructions: `instructions ${HOSTILE}`,
      capabilities: { tools: {}, resources: {}, prompts: {}, logging: {} },
    };
  },
  'tools/list': () => ({
    tools: ['ok', HIDDEN, `a\nb`].map((name) => ({ name, inputSchema: { type: 'object' } })),
  }),
  'resources/list': () => ({ resources: [{ uri: `x://${HOSTILE}`, name: 'r' }] }),
  'resources/templates/list': () => ({ resourceTemplates: [] }),
  'prompts/list': (_, { id }) => fail(id, `no prompts ${HOSTILE}`),
  'logging/setLevel': () => ({}),
  'tools/call': (_, { id }) => {
    notify('notifications/message', { level: 'error', logger: 'x', data: `log ${HOSTILE}` });
    return fail(id, `call ${HOSTILE}\u001b[31mred\u001b[0m`, { hint: HOSTILE });
  },
});
