/** Real clients behind one interface: both SDK lines, plain HTTP, curl. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

type Options = { onprogress?: (progress: { progress: number }) => void; signal?: AbortSignal };
type Args = Record<string, unknown>;
type CompleteRef = { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string };

/** Members common to the clients of both SDK lines. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  listResources(): Promise<{ resources: { uri: string }[] }>;
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  readResource(params: { uri: string }): Promise<{ contents: unknown[] }>;
  getPrompt(params: { name: string; arguments: Record<string, string> }): Promise<{ messages: unknown[] }>;
  complete(params: { ref: CompleteRef; argument: { name: string; value: string } }): Promise<{
    completion: { values: string[] };
  }>;
  ping(): Promise<unknown>;
  close(): Promise<void>;
}

export interface Connected {
  readonly client: AnyClient;
  call(name: string, args?: Args, options?: Options): Promise<Args>;
  readonly sessionId: string | undefined;
  readonly era: 'legacy' | 'modern';
  /** Resolves with the next log message of a server. */
  logged(): Promise<unknown>;
  /** Sends DELETE, then closes the connection. */
  leave(): Promise<void>;
}

export async function connectV1(url: string): Promise<Connected> {
  const client = new ClientV1({ name: 'test', version: '1' });
  const { heard, logged } = hearing();
  client.fallbackNotificationHandler = async ({ params }) => heard(params);
  const transport = new TransportV1(new URL(url));
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  return {
    client: client as unknown as AnyClient,
    call: (name, args = {}, options = {}) =>
      client.callTool({ name, arguments: args }, undefined, options) as Promise<Args>,
    sessionId: transport.sessionId,
    era: 'legacy',
    logged,
    leave: () => transport.terminateSession().then(() => client.close()),
  };
}

export async function connectV2(url: string, mode?: 'auto'): Promise<Connected> {
  const client = new ClientV2({ name: 'test', version: '1' }, mode ? { versionNegotiation: { mode } } : {});
  const { heard, logged } = hearing();
  client.fallbackNotificationHandler = async ({ params }) => heard(params);
  const transport = new TransportV2(new URL(url));
  await client.connect(transport);
  return {
    client: client as unknown as AnyClient,
    call: (name, args = {}, options = {}) =>
      client.callTool({ name, arguments: args }, options) as Promise<Args>,
    sessionId: transport.sessionId,
    era: client.getProtocolEra() ?? 'legacy',
    logged,
    leave: () => transport.terminateSession().then(() => client.close()),
  };
}

function hearing() {
  const waiting: ((params: unknown) => void)[] = [];
  return {
    heard: (params: unknown) => waiting.shift()?.(params),
    logged: () => new Promise<unknown>((resolve) => waiting.push(resolve)),
  };
}

/** Output of `curl -i` from its last response head on. */
export async function curl(url: string, body: string, ...more: string[]): Promise<string> {
  const args = ['-sS', '-i', '--max-time', '20', url, '-H', 'content-type: application/json', '-d', body];
  return (await promisify(execFile)('curl', [...args, ...more], { maxBuffer: 64 << 20 })).stdout;
}
