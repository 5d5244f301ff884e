/** Clients of the official SDKs on a connection in memory, where lists are answered from a catalog. */
import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { type CatalogView, EMPTY_VIEW, LIST_KINDS, type ListKind } from '../../src/model/catalog.ts';
import type { Era } from '../../src/model/era.ts';
import { LISTS } from '../../src/wire/lists.ts';

type Message = { id?: number | string; method?: string };
type Transport = Parameters<ClientV1['connect']>[0];

/** The lists that a client has read, by kind. */
export type Read = Record<ListKind, { name?: string }[]>;

export interface CannedClient {
  readonly name: string;
  /** Reads all lists of the view. Rejects where the client refuses one. */
  read(view: CatalogView): Promise<Read>;
}

const CAPABILITIES = { tools: {}, resources: {}, prompts: {} };
const INFO = { name: 'canned', version: '1' };
const META = '"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"canned","version":"1"}}';
const MODERN = `"resultType":"complete","ttlMs":0,"cacheScope":"private",${META}`;

/** The lists of one view, as the bytes of results. */
class Canned {
  readonly #era: Era;
  view: CatalogView = EMPTY_VIEW;

  constructor(era: Era) {
    this.#era = era;
  }

  transport(): Transport {
    const transport: Transport = {
      start: async () => {},
      close: async () => transport.onclose?.(),
      send: async (message) => {
        const { id, method = '' } = message as Message;
        if (id === undefined) return;
        const answer = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},${this.#answer(method)}}`;
        transport.onmessage?.(JSON.parse(answer));
      },
    };
    return transport;
  }

  #answer(method: string): string {
    const kind = LIST_KINDS.find((it) => LISTS[it].method === method);
    if (kind) return `"result":${this.list(kind)}`;
    const hello = { capabilities: CAPABILITIES, serverInfo: INFO };
    if (method === 'initialize')
      return `"result":${JSON.stringify({ protocolVersion: '2025-11-25', ...hello })}`;
    if (method === 'server/discover' && this.#era === 'modern')
      return `"result":{"supportedVersions":["2026-07-28"],"capabilities":${JSON.stringify(CAPABILITIES)},${MODERN}}`;
    return '"error":{"code":-32601,"message":"Method not found"}';
  }

  /** JSON text of a result. */
  list(kind: ListKind): string {
    const { json, modern } = this.view.lists[kind];
    const member = LISTS[kind].member;
    return this.#era === 'modern' ? `{${MODERN},"${member}":${modern}}` : `{"${member}":${json}}`;
  }
}

/** JSON text of the result by which a view's list is answered. */
export function listResult(view: CatalogView, kind: ListKind, era: Era): string {
  const canned = new Canned(era);
  canned.view = view;
  return canned.list(kind);
}

export async function cannedClients(): Promise<CannedClient[]> {
  return [
    await canned('TypeScript 1', 'legacy', new ClientV1(INFO)),
    await canned('TypeScript 2, legacy', 'legacy', new ClientV2(INFO)),
    await canned(
      'TypeScript 2, modern',
      'modern',
      new ClientV2(INFO, { versionNegotiation: { mode: 'auto' } }),
    ),
  ];
}

async function canned(name: string, era: Era, client: ClientV1 | ClientV2): Promise<CannedClient> {
  const server = new Canned(era);
  await client.connect(server.transport() as never);
  return {
    name,
    async read(view) {
      server.view = view;
      const [{ tools }, { resources }, { resourceTemplates }, { prompts }] = [
        await client.listTools(),
        await client.listResources(),
        await client.listResourceTemplates(),
        await client.listPrompts(),
      ];
      return { tools, resources, templates: resourceTemplates, prompts };
    },
  };
}
