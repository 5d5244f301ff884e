// A hostile server of the era named by its argument, `legacy` or `modern`: its tool returns the result it is given, byte for byte.
import { serve, write } from './serve.mjs';

const VERSION = '2026-07-28';
const isModern = process.argv[2] === 'modern';
const complete = (value) => (isModern ? { resultType: 'complete', ...value } : value);

serve({
  ...(isModern && {
    initialize: undefined,
    'server/discover': () => complete({ supportedVersions: [VERSION], capabilities: { tools: {} } }),
  }),
  'tools/list': () => complete({ tools: [{ name: 'pose', inputSchema: { type: 'object' } }] }),
  'tools/call': ({ arguments: { result } }, { id }) =>
    void write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}\n`),
});
