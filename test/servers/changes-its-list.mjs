// `tools/call` with { names, times } replaces the tools and announces that `times` times.
import { notify, serve, text } from './serve.mjs';

let names = ['a'];
serve({
  'tools/list': () => ({ tools: names.map((name) => ({ name, inputSchema: { type: 'object' } })) }),
  'tools/call': ({ arguments: { names: next, times = 1 } }) => {
    names = next;
    for (let i = 0; i < times; i++) notify('notifications/tools/list_changed');
    return text('ok');
  },
});
