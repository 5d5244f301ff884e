// Reactions of real servers to `server/discover` as the first request. Argument: the name of a reaction, or a file that contains it.
import { readFileSync } from 'node:fs';
import { serve, text } from './serve.mjs';

const VERSION = '2026-07-28';
const refuse = (code, message, data) => {
  throw Object.assign(new Error(message), { code, data });
};
const unsupported = () =>
  refuse(-32022, 'Unsupported protocol version', { supported: [VERSION], requested: '?' });
const hello = {
  protocolVersion: '2025-06-18',
  capabilities: { tools: {} },
  serverInfo: { name: 'eras', version: '1' },
};
const discovered = { resultType: 'complete', supportedVersions: [VERSION], capabilities: { tools: {} } };
let asked = 0;
let isModern = false;

const modes = {
  /** Ignores unknown requests. */
  silent: { 'server/discover': () => undefined },
  /** Refuses everything before `initialize` (rmcp). */
  dies: { 'server/discover': () => process.exit(1) },
  /** Answers unknown requests with an empty result. */
  polite: { 'server/discover': () => ({}) },
  /** Answers unknown requests with its own error code. */
  odd: { 'server/discover': () => refuse(-32602, 'Invalid request parameters') },
  /** Keeps the era of the first request (Python mcp 2). */
  locks: {
    'server/discover': () => {
      isModern = true;
      return discovered;
    },
    initialize: () => (isModern ? unsupported() : hello),
  },
  /** Is not ready at the first request, and does not support `initialize`. */
  loading: {
    'server/discover': () => (asked++ === 0 ? refuse(-32000, 'still loading') : discovered),
    initialize: unsupported,
  },
  /** Supports only unknown future versions. */
  future: { 'server/discover': () => refuse(-32022, 'Unsupported', { supported: ['2027-11-01'] }) },
  /** Supports `server/discover`, but lists only legacy versions. */
  dual: { 'server/discover': () => refuse(-32022, 'Unsupported', { supported: ['2025-06-18'] }) },
};
const [, , which] = process.argv;
const own = modes[which.includes('/') ? readFileSync(which, 'utf8') : which];
const guarded = Object.fromEntries(
  Object.entries({ initialize: () => hello, 'tools/call': () => text('here'), ...own }).map(
    ([name, method]) => [
      name,
      (...given) => {
        try {
          return method(...given);
        } catch ({ code, message, data }) {
          return { failed: { code, message, data } };
        }
      },
    ],
  ),
);
serve(guarded, (message) => {
  const { failed } = message.result ?? {};
  const { result, ...rest } = message;
  process.stdout.write(
    `${JSON.stringify({ jsonrpc: '2.0', ...(failed ? { ...rest, error: failed } : message) })}\n`,
  );
});
