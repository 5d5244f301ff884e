/** What the gateway says of itself, and says once for as long as it is so. */
import { basename } from 'node:path';
import type { ConflictNote } from './catalog/conflicts.ts';
import { ConfigError, renderProblems } from './config/source/diagnostics.ts';
import { renderError, toGatewayError } from './errors.ts';
import type { Stack } from './model/desired.ts';
import type { IgnoredContainer } from './model/observed.ts';
import type { Logs } from './runtime/memory/logs.ts';

/** Says once that the file wants another address: connected clients would lose theirs, so only a restart changes it. */
export function tellMoved(
  file: string,
  now: { readonly host: string; readonly port: number; readonly url: string },
  wanted: Stack['gateway'],
  said: string,
  say: (text: string) => void,
): string {
  const moved = [
    ...(wanted.host === now.host ? [] : [`gateway.host is ${wanted.host}`]),
    ...(wanted.port === now.port ? [] : [`gateway.port is ${wanted.port}`]),
  ].join(' and ');
  if (moved !== '' && moved !== said)
    say(
      `${moved} in ${basename(file)} now; this gateway goes on at ${now.url}\n  fix: stop it (Ctrl-C, or npx hive down) and start it again: npx hive up`,
    );
  return moved;
}

/** Says once that a container is ignored, for as long as it is. */
export function tellIgnored(
  before: readonly IgnoredContainer[],
  now: readonly IgnoredContainer[],
  logs: Logs,
): readonly IgnoredContainer[] {
  const told = new Set(before.map(({ containerName, reason }) => `${containerName} ${reason}`));
  for (const { containerName, reason } of now)
    if (!told.has(`${containerName} ${reason}`))
      logs.add('hive', 'hive', `container ${containerName} is ignored: ${reason}`);
  return now;
}

/** Says once that a server's offers are hidden behind another's, for as long as they are. */
export function tellConflicts(
  before: readonly ConflictNote[],
  now: readonly ConflictNote[],
  logs: Logs,
): readonly ConflictNote[] {
  const told = new Set(before.map(({ serverName, text }) => `${serverName} ${text}`));
  for (const { serverName, text } of now)
    if (!told.has(`${serverName} ${text}`)) logs.add(serverName, 'hive', text);
  return now;
}

/** For the terminal: all problems of a bad file, or the one error. */
export function explain(error: unknown): string {
  return error instanceof ConfigError ? renderProblems(error.problems) : renderError(toGatewayError(error));
}
