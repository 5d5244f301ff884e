/** Hand-made inventories. */
import type { Definition, Inventory } from '../../src/model/catalog.ts';
import type { ServerView } from '../../src/model/desired.ts';

export const named = (...names: string[]): Definition[] =>
  names.map((key) => ({ key, json: `{"name":${JSON.stringify(key)},"inputSchema":{"type":"object"}}` }));

export const located = (...uris: string[]): Definition[] =>
  uris.map((key) => ({ key, json: `{"uri":${JSON.stringify(key)},"name":"r"}` }));

export const templated = (...templates: string[]): Definition[] =>
  templates.map((key) => ({ key, json: `{"uriTemplate":${JSON.stringify(key)},"name":"t"}` }));

export const inventory = (serverName: string, parts: Partial<Inventory> = {}): Inventory => ({
  serverName,
  protocolVersion: '2025-11-25',
  serverInfo: `{"name":"${serverName}","version":"1"}`,
  capabilities: {},
  tools: [],
  resources: [],
  templates: [],
  prompts: [],
  ...parts,
});

export const view = (prefix: string, parts: Partial<ServerView> = {}): ServerView => ({
  prefix,
  tools: { rename: {} },
  timeouts: { start: 1000, call: 1000, callMax: 9000, drain: 1000, health: 0, idle: 1000 },
  maxInFlight: 1000,
  isolation: 'shared',
  start: 'eager',
  ...parts,
});
