// Every list has several pages; one of the cursors is the empty string.
import { serve } from './serve.mjs';

const pages =
  (member, make) =>
  ({ cursor }) => {
    const page = cursor === undefined ? 0 : cursor === '' ? 1 : Number(cursor);
    const next = page === 0 ? '' : page < 3 ? String(page + 1) : undefined;
    return {
      [member]: [make(page * 2), make(page * 2 + 1)],
      ...(next === undefined ? {} : { nextCursor: next }),
    };
  };
serve({
  initialize: () => ({
    protocolVersion: '2024-11-05',
    capabilities: { tools: {}, resources: {}, prompts: {} },
    serverInfo: { name: 'paginates', version: '1', extra: [1, 2] },
    instructions: 'Be kind.',
  }),
  'tools/list': pages('tools', (i) => ({
    name: `t${i}`,
    vendor: { x: 1.0 },
    inputSchema: { type: 'object' },
  })),
  'resources/list': pages('resources', (i) => ({ uri: `r://${i}`, name: `r${i}` })),
  'resources/templates/list': pages('resourceTemplates', (i) => ({
    uriTemplate: `r://${i}/{id}`,
    name: `u${i}`,
  })),
  'prompts/list': pages('prompts', (i) => ({ name: `p${i}` })),
});
