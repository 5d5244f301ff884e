/** Every client that Hive knows, for `hive connect` and `hive import`. */

import { AGENTS } from './data/agents.ts';
import { APPS } from './data/apps.ts';
import type { Client } from './data/client.ts';
import { EDITORS } from './data/editors.ts';

export const CLIENTS: readonly Client[] = [...EDITORS, ...AGENTS, ...APPS];

export const CLIENT_IDS: readonly string[] = CLIENTS.map(({ id }) => id);

export const clientOf = (id: string): Client | undefined => CLIENTS.find((client) => client.id === id);
