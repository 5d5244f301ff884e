/** Keys of every entry: what clients see of a server, and how long they wait for it. */
import { z } from 'zod';
import { duration, durationOrOff, PREFIX, pattern, TOOL_NAME, TOOL_PATTERN } from './values.ts';

const tools = z.strictObject({
  allow: z
    .array(pattern(TOOL_PATTERN, 'must be a tool name or a pattern such as read_*'))
    .describe('Only these tools are offered: names as the server gives them, `*` stands for anything.')
    .optional(),
  deny: z
    .array(pattern(TOOL_PATTERN, 'must be a tool name or a pattern such as delete_*'))
    .describe('These tools are never offered, even when `allow` names them: names or `*` patterns.')
    .optional(),
  rename: z
    .record(
      pattern(TOOL_NAME, 'must be a tool name'),
      pattern(TOOL_NAME, 'must be a tool name of letters, digits, _ . -'),
    )
    .describe('The name shown instead of the server’s own, before the prefix: `{ q: search }`.')
    .optional(),
});

export const timeouts = z.strictObject({
  start: duration
    .describe(
      'How long a server may take to answer initialize: 30s, 2m; building and pulling are not counted.',
    )
    .optional(),
  call: duration
    .describe('How long a call may take without any progress before it is cancelled: 30s, 5m.')
    .optional(),
  callMax: duration
    .describe('How long a call may take in all, however much progress it reports; default 1h.')
    .optional(),
  drain: duration
    .describe('How long calls under way may go on when the server is replaced or stopped; default 30s.')
    .optional(),
  idle: duration
    .describe('How long a server with `start: lazy` stays up without a call; default 5m.')
    .optional(),
  health: durationOrOff
    .describe(
      'A server that was silent for this long is pinged, and has as long to answer; default 30s, 0 never.',
    )
    .optional(),
});

export const view = {
  start: z
    .enum(['eager', 'lazy'], { error: 'must be eager or lazy' })
    .describe(
      'When the server is started: eager (with the gateway, the default), or lazy (at its first call; stopped when unused for `timeouts.idle`).',
    )
    .optional(),
  prefix: pattern(PREFIX, 'must be letters, digits, _ and -')
    .describe(
      'Put before the server’s tool and prompt names: PREFIX_TOOL; default the server’s name, "" for none.',
    )
    .optional(),
  tools: tools.describe('Which of the server’s tools are offered, and under which names.').optional(),
  timeouts: timeouts.describe('How long to wait for this server: `{ start: 60s, call: 5m }`.').optional(),
  maxInFlight: z
    .int()
    .positive()
    .describe('How many calls may wait for the server at once; one more is refused; default 1000.')
    .optional(),
  isolation: z
    .enum(['shared', 'session', 'call'], { error: 'must be shared, session or call' })
    .describe(
      'Who shares a running server: shared (all clients, the default), session (each client session has its own process), call.',
    )
    .optional(),
};

/** What a server's entry may say about its view; built-in servers take fewer keys. */
export type ViewInput = z.output<z.ZodObject<typeof view>>;
