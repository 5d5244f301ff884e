/** `hive ls`: prints the stacks of this user that gateways serve now. */
import Table from 'cli-table3';
import { type GatewayStatus, isUp } from '../../model/status.ts';
import { knownStacks } from '../stack/find/known-stacks.ts';
import { type Typed, typedFor } from '../stack/typing.ts';
import { PLAIN_TABLE } from '../terminal/plain-table.ts';
import { print, printJson } from '../terminal/print.ts';
import { askGateway } from './ask-gateway.ts';

export async function ls({ json }: { readonly json?: boolean }): Promise<void> {
  const answers = await Promise.all(knownStacks().map(({ folder }) => askGateway(folder)));
  const running = answers
    .filter((it) => it !== 'none' && it !== 'silent')
    .toSorted((a, b) => (a.file < b.file ? -1 : 1));
  if (json) printJson(running.map(rowOf), 2);
  else print(renderStacks(running, typedFor(undefined)));
}

function rowOf({ stack, file, url, pid, servers }: GatewayStatus) {
  const ready = servers.filter(({ state }) => isUp(state)).length;
  return { stack, file, url, pid, ready, servers: servers.length };
}

export function renderStacks(running: readonly GatewayStatus[], typed: Typed): string {
  if (running.length === 0) return typed('no stack of this user is up\n  fix: npx hive up -d');
  const table = new Table({ ...PLAIN_TABLE, head: ['STACK', 'READY', 'URL', 'PID', 'FILE'] });
  for (const { stack, ready, servers, url, pid, file } of running.map(rowOf))
    table.push([stack, `${ready} of ${servers}`, url, String(pid), file]);
  return table.toString().replace(/ +$/gm, '');
}
