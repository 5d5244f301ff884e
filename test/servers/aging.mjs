// A server of 2026-07-28 whose list of tools changes with every read, is valid for two seconds, and is never announced.
import { serve } from './serve.mjs';

let reads = 0;
serve({
  'server/discover': () => ({
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {} },
  }),
  'tools/list'() {
    reads += 1;
    const tools = [{ name: `read-${reads}`, inputSchema: { type: 'object' } }];
    return { resultType: 'complete', tools, ttlMs: 2_000, cacheScope: 'public' };
  },
});
