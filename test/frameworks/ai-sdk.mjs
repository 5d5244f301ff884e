// The Vercel AI SDK: lists and calls, prints what came.
import { createMCPClient } from '@ai-sdk/mcp';

const client = await createMCPClient({ transport: { type: 'http', url: process.argv[2] } });
const tools = await client.tools();
const result = await tools['everything_get-sum'].execute({ a: 40, b: 2 }, { toolCallId: '1', messages: [] });
await client.close();
console.log(JSON.stringify({ tools: Object.keys(tools), result: result.content }));
