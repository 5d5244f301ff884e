/** Every client that Hive knows, for `hive connect` and `hive import`. */

import { AGENTS } from './data/agents.ts';
import { APPS } from './data/apps.ts';
import type { Client } from './data/client.ts';
import { EDITORS } from './data/editors.ts';

export const CLIENTS: readonly Client[] = [...EDITORS, ...AGENTS, ...APPS];

export const CLIENT_IDS: readonly string[] = CLIENTS.map(({ id }) => id);

/** Names by which people call a client, where its id is another. */
const ALIASES: Readonly<Record<string, string>> = {
  claude: 'claude-code',
  code: 'vscode',
  'gemini-cli': 'gemini',
  'codex-cli': 'codex',
};

/** By its id, title or alias, in any case. */
export function clientOf(name: string): Client | undefined {
  const wanted = name.toLowerCase();
  const id = Object.hasOwn(ALIASES, wanted) ? ALIASES[wanted] : wanted;
  return CLIENTS.find((client) => client.id === id || client.title.toLowerCase() === wanted);
}
