// The OpenAI Agents SDK: lists and calls, prints what came. Arguments: URL, era. Only over HTTP+SSE it is not modern where it can be.
import { MCPServerSSE, MCPServerStreamableHttp } from '@openai/agents-core';

const [, , url, era] = process.argv;
const server =
  era === 'legacy'
    ? new MCPServerSSE({ url: url.replace(/\/mcp$/, '/sse'), name: 'hive' })
    : new MCPServerStreamableHttp({ url, name: 'hive' });
await server.connect();
const tools = await server.listTools();
const result = await server.callTool('everything_get-sum', { a: 40, b: 2 });
await server.close();
console.log(JSON.stringify({ tools: tools.map(({ name }) => name), result }));
