// LangChain's adapters: lists and calls, prints what came.
import { MultiServerMCPClient } from '@langchain/mcp-adapters';

const client = new MultiServerMCPClient({
  mcpServers: { hive: { transport: 'http', url: process.argv[2] } },
});
const tools = await client.getTools();
const text = await tools.find(({ name }) => name === 'everything_get-sum').invoke({ a: 40, b: 2 });
await client.close();
console.log(JSON.stringify({ tools: tools.map(({ name }) => name), result: text }));
