/** `hive tools`: prints the tools that clients see, and what their definitions cost a model. */
import Table from 'cli-table3';
import { CLIENTS } from '../../clients/clients.ts';
import { GatewayError } from '../../errors.ts';
import type { ToolList, ToolRow } from '../../model/operator.ts';
import { isUp, type ServerStatus } from '../../model/status.ts';
import { cutEnd } from '../../model/text/cut.ts';
import type { ClientCap } from '../connect/caps.ts';
import type { ControlClient } from '../stack/control-client.ts';
import { controlOf } from '../stack/control-of.ts';
import { counted, describeHidden } from '../stack/describe-server.ts';
import type { ConfigOption } from '../stack/stack-file.ts';
import { type Typed, typedFor } from '../stack/typing.ts';
import { PLAIN_TABLE } from '../terminal/plain-table.ts';
import { columns, print, printJson } from '../terminal/print.ts';
import { absence, findTool, listTools } from './find-tool.ts';

export interface ToolsOptions extends ConfigOption {
  readonly schema?: boolean;
  readonly view?: string;
  readonly json?: boolean;
}

/** Columns before the description, and room that it gets at least. */
const BEFORE_DESCRIPTION = 24;
const MIN_DESCRIPTION = 24;

/**
 * @param named a server, or a tool with or without its prefix; undefined: all tools
 * @throws GatewayError USAGE, NOT_RUNNING
 */
export async function tools(named: string | undefined, options: ToolsOptions): Promise<void> {
  const control = await controlOf(options);
  try {
    const { schema = false, view } = options;
    const list =
      view === undefined ? await wanted(control, named, schema) : await ofView(control, view, named, schema);
    const caps = named === undefined ? await capsOfClients(control, list, options) : undefined;
    if (options.json) printJson({ ...list, ...(caps && { clients: caps }) }, 2);
    else print(options.schema ? renderSchemas(list) : renderTools(list, columns()));
    if (!options.json && !options.schema && view === undefined)
      printHidden((await control.status()).servers, list, named);
    if (!options.json && caps) await printCaps(caps, typedFor(options.config));
  } finally {
    await control.close();
  }
}

/**
 * Limits of the clients that are connected; with a view, of those that see it. Empty without a look at the
 * clients' files, if a text is wanted and no client has so low a limit.
 */
async function capsOfClients(
  control: ControlClient,
  { total }: ToolList,
  { view, json = false }: ToolsOptions,
): Promise<ClientCap[]> {
  const clients = json
    ? CLIENTS
    : CLIENTS.filter(({ maxTools }) => maxTools !== undefined && maxTools < total);
  if (clients.length === 0) return [];
  const { capsOf, connections } = await import('../connect/caps.ts');
  const status = await control.status();
  const found = connections(status, clients).filter(
    ({ viewName }) => view === undefined || viewName === view,
  );
  return capsOf(found, async ({ serverName, viewName }) => {
    if (viewName !== undefined) return toolsOfView(control, viewName);
    const own = status.servers.filter((it) => serverName === undefined || it.serverName === serverName);
    return own.reduce((sum, { counts }) => sum + counts.tools, 0);
  });
}

/** Undefined for a view that there is not. */
const toolsOfView = (control: ControlClient, view: string): Promise<number | undefined> =>
  listTools(control, { view }).then(
    ({ total }) => total,
    () => undefined,
  );

async function printCaps(caps: readonly ClientCap[], typed: Typed): Promise<void> {
  const over = caps.filter(({ isOver }) => isOver);
  if (over.length === 0) return;
  const { describeCap } = await import('../connect/caps.ts');
  for (const cap of over) print(typed(describeCap(cap)));
}

/** @param named as it was typed: the servers of the list, or a server of which nothing is left */
function printHidden(servers: readonly ServerStatus[], { tools: rows }: ToolList, named?: string): void {
  const listed = new Set(rows.map(({ server }) => server));
  const shown = servers.filter(({ serverName: it }) => named === undefined || named === it || listed.has(it));
  for (const line of shown.flatMap(describeHidden)) print(line);
}

/** @param named a server, or a tool; undefined for all */
async function ofView(
  control: ControlClient,
  view: string,
  named: string | undefined,
  schema: boolean,
): Promise<ToolList> {
  if (named === undefined) return listTools(control, { view, schema });
  const isServer = (await control.status()).servers.some((it) => it.serverName === named);
  return listTools(control, { view, schema, ...(isServer ? { server: named } : { tool: named }) });
}

async function wanted(control: ControlClient, named: string | undefined, schema: boolean): Promise<ToolList> {
  if (named === undefined) return listTools(control, { schema });
  const server = (await control.status()).servers.find((it) => it.serverName === named);
  if (server) return toolsOf(control, server, schema);
  const { inputSchema, ...row } = await findTool(control, named).catch((error: unknown) => {
    throw notFound(named, error);
  });
  const tool = schema ? { ...row, inputSchema } : row;
  return { total: 1, bytes: row.bytes, tokens: row.tokens, tools: [tool] };
}

/** @throws GatewayError with the server's code, if it has no tools since it is not up */
async function toolsOf(control: ControlClient, server: ServerStatus, schema: boolean): Promise<ToolList> {
  const list = await listTools(control, { server: server.serverName, schema });
  if (list.total === 0 && !isUp(server.state)) throw absence('there are no tools: server', server);
  return list;
}

/** The name may have been meant for a server. */
function notFound(named: string, error: unknown): unknown {
  const what = `there is no tool ${named}`;
  // With a colon follows why its server has none.
  if (!(error instanceof GatewayError) || !error.message.startsWith(what)) return error;
  if (error.message.startsWith(`${what}:`)) return error;
  const more = error.message.slice(what.length);
  return new GatewayError('USAGE', `there is no server and no tool ${named}${more}`, {
    hint: error.hint ?? 'npx hive ps',
    cause: error,
  });
}

/** @param width of the terminal in columns; undefined: descriptions are not cut */
export function renderTools(list: ToolList, width?: number): string {
  const { total, bytes, tokens, tools: rows, leftOut = [] } = list;
  const longest = Math.max(0, ...rows.map(({ name, server }) => name.length + server.length));
  const room = width && Math.max(MIN_DESCRIPTION, width - longest - BEFORE_DESCRIPTION);
  const table = new Table({
    ...PLAIN_TABLE,
    head: ['TOOL', 'SERVER', 'TOKENS', 'HINT', 'DESCRIPTION'],
    colAligns: ['left', 'left', 'right'],
  });
  for (const row of rows)
    table.push([row.name, row.server, String(row.tokens), hintOf(row), firstLine(row.description, room)]);
  const text = table.toString().replace(/ +$/gm, '');
  const sum = `${counted(total, 'tool')}, ${sizeOf(bytes)}, about ${tokens} tokens in a model's context`;
  const cut =
    leftOut.length === 0 ? '' : `\nthe limit of the view leaves out ${leftOut.length}: ${leftOut.join(', ')}`;
  return rows.length === 0 ? sum + cut : `${text}\n\n${sum}${cut}`;
}

/** What servers say of their tools: nobody checks it. */
const hintOf = ({ readOnly, destructive }: ToolRow): string =>
  readOnly ? 'read-only' : destructive ? 'destructive' : '-';

function firstLine(text: string, room?: number): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return room === undefined ? line : cutEnd(line, room);
}

const sizeOf = (bytes: number): string => (bytes < 1_000 ? `${bytes} B` : `${(bytes / 1_000).toFixed(1)} kB`);

export function renderSchemas({ tools: rows }: ToolList): string {
  return rows
    .map((it) => `${it.name}\n${it.description}\n${JSON.stringify(it.inputSchema ?? {}, null, 2)}`)
    .join('\n\n');
}
