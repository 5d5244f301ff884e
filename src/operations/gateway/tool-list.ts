/** `tool_list`: the tools that clients see, with their servers and with what they cost a model. */
import { z } from 'zod';
import { GatewayError } from '../../errors.ts';
import { type Access, OPEN } from '../../model/access/access.ts';
import type { CatalogView } from '../../model/catalog.ts';
import type { Operation } from '../../model/operation.ts';
import type { ToolRow } from '../../model/operator.ts';
import { seesAll, selectionOf } from '../../policy/selection.ts';
import { operation } from '../operation.ts';
import { withoutSecretWords } from './annotations.ts';
import { type GatewaySource, viewFor } from './gateway-view.ts';

/** Rough, and the same for all models: JSON in English has about four bytes a token. */
const BYTES_PER_TOKEN = 4;

const input = z.strictObject({
  server: z.string().optional().describe('only the tools of this server'),
  tool: z.string().optional().describe('only the tool of this name, with or without its prefix'),
  view: z.string().optional(),
  schema: z.boolean().default(false).describe('with the input schemas'),
  limit: z.int().min(1).max(20_000).default(200),
});

const row = z.object({
  name: z.string().describe('as clients call it'),
  server: z.string(),
  own: z.string().describe("the server's own name for it"),
  description: z.string(),
  readOnly: z.boolean().describe('as its server says'),
  destructive: z.boolean().describe('as its server says'),
  bytes: z.int().min(0).describe('of its definition'),
  tokens: z.int().min(0).describe('of its definition, about'),
  inputSchema: z.record(z.string(), z.unknown()).optional(),
});

const output = z.object({
  total: z.int().min(0).describe('tools that match, also beyond the limit'),
  bytes: z.int().min(0).describe('of all their definitions'),
  tokens: z.int().min(0).describe('of all their definitions, about'),
  tools: z.array(row).describe('by server and name'),
  leftOut: z.array(z.string()).optional(),
});

export const toolList = (source: GatewaySource): Operation =>
  operation({
    name: 'tool_list',
    title: 'List tools',
    summary: 'Lists the tools behind this gateway by server, with the size of their definitions.',
    effect: 'read',
    input,
    output,
    run({ server, tool, view: asked, schema, limit }, { caller }) {
      const viewName = caller.profile || asked;
      const view = viewFor(source, caller);
      const servers = new Set(
        server === undefined
          ? view.status.servers.map((it) => it.serverName)
          : [view.server(server).serverName],
      );
      const rows = offered(source, viewName, caller.access)
        .filter((it) => servers.has(it.server) && (tool === undefined || isNamed(it, tool)))
        // A view has an order of its own, by which its limit counts.
        .sort(viewName ? inPlace : byServer);
      const bytes = rows.reduce((sum, it) => sum + it.bytes, 0);
      const tools = rows.slice(0, limit).map(({ inputSchema = {}, ...rest }) => ({
        ...rest,
        description: view.redact(rest.description),
        ...(schema ? { inputSchema: withoutSecretWords(inputSchema, view.redact) } : {}),
      }));
      // Those who see a view must not hear of more.
      const leftOut =
        viewName && caller.profile === '' ? [...source.catalog.views.leftOut(viewName)] : undefined;
      return { total: rows.length, bytes, tokens: tokensOf(bytes), tools, ...(leftOut && { leftOut }) };
    },
    text({ total, tokens, tools }) {
      const left = total > tools.length ? ` (the first ${tools.length} are listed)` : '';
      return [
        `${total} tools, about ${tokens} tokens${left}`,
        ...tools.map(({ name, description }) => `${name}: ${description.split('\n')[0]}`),
      ].join('\n');
    },
  });

interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: Readonly<Record<string, unknown>>;
  readonly annotations?: { readonly readOnlyHint?: unknown; readonly destructiveHint?: unknown };
}

/** @throws GatewayError USAGE for an unknown view */
function shownBy(
  { catalog }: GatewaySource,
  viewName: string | undefined,
  access: Access = OPEN,
): CatalogView {
  const { all, selected } = catalog.current();
  const selection = selectionOf(access);
  if (viewName === undefined) return seesAll(access, all) ? all : selected(selection);
  const shown = catalog.views.of(viewName);
  if (shown) return seesAll(access, shown) ? shown : (catalog.views.selected(viewName, selection) ?? shown);
  throw new GatewayError('USAGE', `there is no view ${viewName}`, {
    hint: `views of the config: ${catalog.views.names().join(', ') || 'none'}`,
  });
}

/** Every tool of the merged view, or of a named one. Its definition is the text that clients get. */
function offered(
  source: GatewaySource,
  viewName: string | undefined,
  access: Access | undefined,
): Required<ToolRow>[] {
  const { json, routes } = shownBy(source, viewName, access).lists.tools;
  return (JSON.parse(json.toString()) as ToolDefinition[]).flatMap((definition) => {
    const route = routes.get(definition.name);
    return route ? [rowOf(definition, route.serverName, route.key)] : [];
  });
}

function rowOf(definition: ToolDefinition, server: string, own: string): Required<ToolRow> {
  const { name, description = '', inputSchema = {}, annotations } = definition;
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  const readOnly = annotations?.readOnlyHint === true;
  // The specification's presets: what is not read-only may destroy, unless its server says otherwise.
  const destructive = !readOnly && annotations !== undefined && annotations.destructiveHint !== false;
  return {
    name,
    server,
    own,
    description,
    readOnly,
    destructive,
    bytes,
    tokens: tokensOf(bytes),
    inputSchema,
  };
}

const tokensOf = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

const isNamed = ({ name, own }: ToolRow, wanted: string): boolean => name === wanted || own === wanted;

const inPlace = (): number => 0;

const byServer = (a: ToolRow, b: ToolRow): number =>
  a.server === b.server ? (a.name < b.name ? -1 : 1) : a.server < b.server ? -1 : 1;
