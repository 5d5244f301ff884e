// The Vercel AI SDK: lists and calls, prints what came. Arguments: URL, era.
import { createMCPClient } from '@ai-sdk/mcp';

const [, , url, era] = process.argv;
const client = await createMCPClient({
  transport: { type: 'http', url },
  ...(era === 'legacy' ? { protocolVersionDiscovery: false } : {}),
});
const tools = await client.tools();
const result = await tools['everything_get-sum'].execute({ a: 40, b: 2 }, { toolCallId: '1', messages: [] });
await client.close();
console.log(JSON.stringify({ tools: Object.keys(tools), result: result.content }));
