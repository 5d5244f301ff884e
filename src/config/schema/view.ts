/** Keys that every entry may have: how clients see a server, and how long they wait for it. */
import { z } from 'zod';
import { PREFIX } from '../../model/text/grammar.ts';
import { duration, durationOrOff, pattern, SHOWN_NAME, TOOL_NAME, TOOL_PATTERN } from './values.ts';

const tools = z.strictObject({
  allow: z
    .array(pattern(TOOL_PATTERN, 'must be a tool name or a pattern such as read_*'))
    .describe(
      'Only these tools are offered: the server’s own names, or patterns in which `*` matches any text.',
    )
    .optional(),
  deny: z
    .array(pattern(TOOL_PATTERN, 'must be a tool name or a pattern such as delete_*'))
    .describe('These tools are never offered, even if `allow` names them: names or `*` patterns.')
    .optional(),
  readOnly: z
    .boolean()
    .describe(
      'True to offer only tools whose annotations say `readOnlyHint: true`, as far as `allow` and `deny` ' +
        'let them; annotations are the server’s word, which nobody checks.',
    )
    .optional(),
  rename: z
    .record(
      pattern(TOOL_NAME, 'must be a tool name'),
      pattern(SHOWN_NAME, 'must be a tool name of at most 64 letters, digits, _ and -'),
    )
    .describe('Names to show in place of the server’s own, before the prefix is added: `{ q: search }`.')
    .optional(),
});

export const timeouts = z.strictObject({
  start: duration
    .describe('How long the server may take to start, without build and pull: 30s, 2m; default 60s.')
    .optional(),
  call: duration
    .describe(
      'How long a call may take without progress before it is cancelled: 30s, 5m; 0s for none; default 60s.',
    )
    .optional(),
  callMax: duration
    .describe(
      'How long a call may take in total, however much progress it reports; 0s for no limit; default 1h.',
    )
    .optional(),
  drain: duration
    .describe('How long calls under way may continue when the server is replaced or stopped; default 30s.')
    .optional(),
  idle: duration
    .describe('How long a server with `start: lazy` keeps running without a call; default 5m.')
    .optional(),
  health: durationOrOff
    .describe(
      'How long the server may be silent before it is pinged, and take to answer; default 30s, 0 for never.',
    )
    .optional(),
});

export const view = {
  enabled: z
    .boolean()
    .describe('False to keep the entry without running its server; default true.')
    .optional(),
  disabled: z.boolean().describe('True for `enabled: false`, as other clients write it.').optional(),
  start: z
    .enum(['eager', 'lazy'], { error: 'must be eager or lazy' })
    .describe(
      'When the server starts: eager (with the gateway, the default) or lazy (at its first call; ' +
        'stopped again after `timeouts.idle` without a call).',
    )
    .optional(),
  prefix: pattern(PREFIX, 'must be letters, digits, _ and -')
    .describe(
      'Text before the names of tools and prompts: PREFIX_TOOL, or TOOL if that begins with the prefix; ' +
        'default the server’s name, "" for none.',
    )
    .optional(),
  tools: tools.describe('Which of the server’s tools clients see, and under which names.').optional(),
  timeouts: timeouts.describe('How long to wait for this server: `{ start: 60s, call: 5m }`.').optional(),
  maxInFlight: z
    .int()
    .positive()
    .describe('Most calls under way at once; a further call is refused; default 1000.')
    .optional(),
  isolation: z
    .enum(['shared', 'session', 'call'], { error: 'must be shared, session or call' })
    .describe(
      'Who shares one running server: shared (all clients, the default), session (each client session has ' +
        'its own process) or call (each call has its own).',
    )
    .optional(),
};

/** The view keys of an entry; built-in servers have fewer. */
export type ViewInput = z.output<z.ZodObject<typeof view>>;
