/** Reads everything that a server offers, and makes its calls. */

import { join } from 'node:path';
import type { RealServer } from './servers.ts';
import type { Session } from './session.ts';

/** What one way to a server showed: JSON texts with sorted members, by what was asked. */
export type Observed = ReadonlyMap<string, string>;

const LISTS = {
  'tools/list': 'tools',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
  'prompts/list': 'prompts',
} as const;

const MAX_PAGES = 50;

/** @param work holds a folder for each server, which `@work` stands for */
export async function observe(session: Session, server: RealServer, work: string): Promise<Observed> {
  const folder = join(work, server.name);
  const seen = new Map<string, string>();
  for (const [method, member] of Object.entries(LISTS))
    seen.set(method, textOf(await everyPage(session, method, member), server));
  for (const { tool, arguments: given = {} } of server.calls ?? []) {
    const answer = await session.ask('tools/call', { name: tool, arguments: inFolder(given, folder) });
    seen.set(`call ${tool}`, textOf(answer, server));
  }
  return seen;
}

/** A list that the server does not know is empty. @throws Error if it knows the list, and fails to tell it */
async function everyPage(session: Session, method: string, member: string): Promise<unknown[]> {
  const found: unknown[] = [];
  let cursor: unknown;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await session.ask(method, cursor === undefined ? {} : { cursor });
    if (method === 'tools/list' && !(member in answer))
      throw new Error(`${method}: ${JSON.stringify(answer)}`);
    found.push(...((answer[member] as unknown[]) ?? []));
    cursor = answer.nextCursor;
    if (typeof cursor !== 'string' || cursor === '') break;
  }
  return found.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const keyOf = (entry: unknown): string => {
  const { name, uri } = Object(entry) as Record<string, unknown>;
  return `${uri ?? ''} ${name ?? ''}`;
};

/** Replaces `@work` in every text of a value. */
export function inFolder<T>(value: T, work: string): T {
  return JSON.parse(JSON.stringify(value).replaceAll('@work', work));
}

/** Members are sorted, since a server of two eras may write them in another order in each. */
function textOf(value: unknown, { varies }: RealServer): string {
  const text = JSON.stringify(value, (key, member) => {
    // Which server answered, and the kind of result: each era says it in another place.
    if (key === '_meta' || key === 'resultType') return undefined;
    return isMap(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member;
  });
  return varies ? text.replace(varies, '"varies":0') : text;
}

const isMap = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
