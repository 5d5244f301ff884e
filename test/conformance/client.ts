/**
 * The program that the suite runs as "the client" in its client scenarios: Hive with one remote server at the given URL, a
 * simulated user who logs in if required, and an SDK client that lists and calls everything.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema, type Tool } from '@modelcontextprotocol/sdk/types.js';
import { stringify } from 'yaml';
import { type ControlClient, connectControl } from '../../src/cli/stack/control-client.ts';
import type { ServerStatus } from '../../src/model/status.ts';
import { openStateDir } from '../../src/runtime/memory/state-dir.ts';
import { MAIN } from '../helpers/program.ts';

/** Maximum logins in a row; the suite counts a client's attempts. */
const MAX_LOGINS = 3;

const url = process.argv.at(-1) ?? '';
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}') as {
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly private_key_pem?: string;
  /** Credentials of a workload. */
  readonly valid_jwt?: string;
  readonly idp_client_id?: string;
  readonly idp_id_token?: string;
  readonly idp_token_endpoint?: string;
  /** Calls that the scenario asks for, instead of all calls. */
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: Record<string, unknown> }[];
};
const folder = mkdtempSync(join(tmpdir(), 'hive-conformance-'));
const file = join(folder, 'hive.yaml');
const env: NodeJS.ProcessEnv = {
  ...process.env,
  HIVE_STATE_DIR: join(folder, '.state'),
  CLIENT_SECRET: context.client_secret ?? '',
  CLIENT_KEY: context.private_key_pem ?? '',
  CLIENT_JWT: context.valid_jwt ?? context.idp_id_token ?? '',
};

const oauth = {
  clientMetadataUrl: 'https://conformance-test.local/client-metadata.json',
  ...(context.client_id ? { clientId: context.client_id } : {}),
  ...(context.client_secret ? { clientSecret: '${CLIENT_SECRET}' } : {}),
  ...(context.private_key_pem ? { privateKey: { environment: 'CLIENT_KEY' } } : {}),
  ...(process.env.MCP_CONFORMANCE_SCENARIO?.includes('client-credentials')
    ? { grant: 'client_credentials' }
    : {}),
  ...(env.CLIENT_JWT ? { grant: 'jwt_bearer', assertion: { environment: 'CLIENT_JWT' } } : {}),
  ...(context.idp_token_endpoint
    ? { idp: { tokenEndpoint: context.idp_token_endpoint, clientId: context.idp_client_id } }
    : {}),
};
writeFileSync(
  file,
  stringify({
    name: 'conformance',
    gateway: { port: 0, discover: false },
    servers: { it: { url, prefix: '', oauth } },
  }),
);

const hive = (...args: string[]) =>
  spawn(process.execPath, [MAIN, ...args, '-c', file], { env, stdio: ['ignore', 'pipe', 'inherit'] });

/** Opens the printed address like a browser. */
async function login(): Promise<boolean> {
  const child = hive('login', 'it');
  const ended = once(child, 'exit');
  let printed = '';
  let visited = '';
  for await (const chunk of child.stdout) {
    printed += chunk;
    const [address = ''] = /https?:\S+(?=\n\n)/.exec(printed) ?? [];
    if (address === visited) continue;
    visited = address;
    await (await fetch(address)).text();
  }
  return (await ended)[0] === 0;
}

async function settled(control: ControlClient): Promise<ServerStatus> {
  for await (const { servers } of control.events()) {
    const server = servers.find(({ serverName }) => serverName === 'it');
    if (server && ['ready', 'failed'].includes(server.state)) return server;
  }
  throw new Error('the gateway ended');
}

/** A value for every required argument. */
function argumentsFor({ name, inputSchema }: Tool, tools: readonly Tool[]): Record<string, unknown> {
  if (name === 'json_schema_echo') return { schema: tools.find((tool) => tool.name !== name)?.inputSchema };
  const samples: Record<string, unknown> = { number: 1, integer: 1, boolean: true, array: [], object: {} };
  const properties = Object.entries((inputSchema.properties ?? {}) as Record<string, { type?: string }>);
  return Object.fromEntries(properties.map(([name, { type = '' }]) => [name, samples[type] ?? 'text']));
}

/**
 * What these look at is every request of a modern client. Of a legacy client in front, Hive would ask the server
 * for a legacy era first (docs/protocol.md), in requests of that era.
 */
const OF_MODERN_CLIENTS = ['request-metadata', 'http-standard-headers'];

async function useAsModernClient(gateway: string): Promise<void> {
  const client = new ModernClient(
    { name: 'conformance', version: '1' },
    { versionNegotiation: { mode: 'auto' } },
  );
  await client.connect(new ModernTransport(new URL(gateway)));
  const { tools } = await client.listTools();
  for (const tool of tools as Tool[])
    await client.callTool({ name: tool.name, arguments: argumentsFor(tool, tools as Tool[]) });
  for (const { uri } of (await client.listResources()).resources) await client.readResource({ uri });
  for (const { name } of (await client.listPrompts()).prompts) await client.getPrompt({ name });
  await client.close();
}

async function useEverything(gateway: string): Promise<void> {
  if (OF_MODERN_CLIENTS.includes(process.env.MCP_CONFORMANCE_SCENARIO ?? ''))
    return useAsModernClient(gateway);
  const client = new Client(
    { name: 'conformance', version: '1' },
    { capabilities: { elicitation: { form: { applyDefaults: true } } } },
  );
  client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'accept', content: {} }));
  await client.connect(new StreamableHTTPClientTransport(new URL(gateway)));
  const { tools } = await client.listTools();
  const everything = tools.map((tool) => ({ name: tool.name, arguments: argumentsFor(tool, tools) }));
  // One scenario offers a tool but has no tools/call: it only checks what a client does with a definition.
  const callable = process.env.MCP_CONFORMANCE_SCENARIO === 'json-schema-ref-no-deref' ? [] : everything;
  for (const call of context.toolCalls ?? callable) await client.callTool(call);
  await client.close();
}

const gateway = hive('up');
const gone = once(gateway, 'exit');
await once(gateway.stdout, 'data');
gateway.stdout.resume();
const control = await connectControl(openStateDir(file, env).socket);
if (!control) throw new Error('the gateway did not come up');
try {
  for (let logins = 0; ; logins++) {
    const server = await settled(control);
    const error =
      server.state === 'ready' ? await useEverything((await control.status()).url).catch((it) => it) : server;
    if (error === undefined) break;
    const told = error instanceof Error ? error.message : `${server.reason} ${server.hint}`;
    if (!told.includes('hive login') || logins === MAX_LOGINS || !(await login())) throw new Error(told);
  }
} finally {
  gateway.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true });
}
process.exit(0);
