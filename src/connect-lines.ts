/** How each client is connected, for the page at `/`: the command, and the link where the client has one. */
import { CLIENTS } from './clients/clients.ts';
import { entryFor } from './clients/dialects.ts';
import { linkFor } from './clients/links.ts';
import type { ConnectLine } from './edge/people-page.ts';

/** As `hive connect` calls its entry. */
const NAME = 'hive';

/**
 * @param url of `/mcp`
 * @param commandFor the client of this name
 * @param needsToken leaves the links out: an entry without its token would be refused
 */
export function connectLines(
  url: string,
  commandFor: (id: string) => string,
  needsToken: boolean,
): ConnectLine[] {
  return CLIENTS.map((client) => {
    const line = { title: client.title, command: commandFor(client.id) };
    if (client.link === undefined || needsToken) return line;
    return { ...line, link: linkFor(client.link, NAME, entryFor(client, { kind: 'http', url }, NAME)) };
  });
}
