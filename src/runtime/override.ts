import { renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { GatewayError } from '../errors.ts';
import type { ContainerServer } from '../model/desired.ts';
import { VALUES_LABEL } from '../model/labels.ts';

export interface OverrideEntry {
  readonly server: ContainerServer;
  readonly values: string | undefined;
}

/**
 * The Compose override with what is known only here and now: the digest of secret values, and for the exec link an idle
 * main process. The compiled file stays neutral.
 */
export function renderOverride(entries: readonly OverrideEntry[]): string {
  const services = entries.flatMap(({ server, values }) => {
    const labels = values === undefined ? {} : { labels: { [VALUES_LABEL]: values } };
    const idle = server.link === 'exec' ? { entrypoint: ['sleep', 'infinity'], command: [] } : {};
    const service = { ...labels, ...idle };
    return Object.keys(service).length === 0 ? [] : [[server.serverName, service] as const];
  });
  return stringify({ services: Object.fromEntries(services) });
}

/** @throws GatewayError CREATE_FAILED when its disk is full, or the like */
export function writeOverride(path: string, text: string): void {
  try {
    writeWhole(path, text);
  } catch (cause) {
    throw new GatewayError('CREATE_FAILED', `${path} cannot be written: ${(cause as Error).message}`, {
      hint: `see that there is room in ${dirname(path)}, then save the config again`,
      cause,
    });
  }
}

/** Replaces the file as a whole, so that a compose run never reads half of it. */
export function writeWhole(path: string, text: string, mode = 0o600): void {
  writeFileSync(`${path}.new`, text, { mode });
  renameSync(`${path}.new`, path);
}
