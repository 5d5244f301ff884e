/** The key `views`: parts of the catalog for single clients. */
import { z } from 'zod';
import { VIEW_NAME } from '../../model/text/grammar.ts';
import { pattern, TOOL_PATTERN } from './values.ts';

export const SERVER_PATTERN = /^[A-Za-z0-9_*-]{1,63}$/;

const tools = z.strictObject({
  allow: z
    .array(pattern(TOOL_PATTERN, 'must be a tool name or a pattern such as github_*'))
    .describe(
      'Only these tools are shown: names as /mcp lists them, or patterns in which `*` matches any text.',
    )
    .optional(),
  deny: z
    .array(pattern(TOOL_PATTERN, 'must be a tool name or a pattern such as *_delete_*'))
    .describe(
      'These tools are not shown, even if `allow` names them: names as /mcp lists them, or `*` patterns.',
    )
    .optional(),
});

const namedView = z.strictObject({
  servers: z
    .array(pattern(SERVER_PATTERN, 'must be the name of a server, or a pattern such as docs_*'))
    .describe(
      'Only these servers: names or `*` patterns, in the order in which their tools are listed; default all.',
    )
    .optional(),
  tools: tools.describe('Which tools of these servers are shown; default all.').optional(),
  limit: z
    .int({ error: 'must be a number of tools, such as 40' })
    .positive({ error: 'must be a number of tools, such as 40' })
    .describe('Most tools that are shown, for clients that take no more: the first ones; default all.')
    .optional(),
});

export type NamedViewInput = z.output<typeof namedView>;

export const views = z.record(
  pattern(VIEW_NAME, 'must be a name of letters, digits, _ and -, at most 63'),
  namedView,
);
