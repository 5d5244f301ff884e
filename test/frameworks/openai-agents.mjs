// The OpenAI Agents SDK: lists and calls, prints what came.
import { MCPServerStreamableHttp } from '@openai/agents-core';

const server = new MCPServerStreamableHttp({ url: process.argv[2], name: 'hive' });
await server.connect();
const tools = await server.listTools();
const result = await server.callTool('everything_get-sum', { a: 40, b: 2 });
await server.close();
console.log(JSON.stringify({ tools: tools.map(({ name }) => name), result }));
