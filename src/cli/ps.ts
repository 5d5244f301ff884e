/** `hive ps`: prints the servers and their states. */
import Table from 'cli-table3';
import { type GatewayStatus, originOf, type ServerStatus } from '../model/status.ts';
import { controlOf } from './stack/control-of.ts';
import {
  counted,
  describeCapture,
  describeChanged,
  describeFailure,
  describeFlaws,
  describeHidden,
  describeKeptOut,
  paintState,
} from './stack/describe-server.ts';
import type { ConfigOption } from './stack/stack-file.ts';
import { describeTrouble } from './stack/troubles.ts';
import { typedFor } from './stack/typing.ts';
import { PLAIN_TABLE } from './terminal/plain-table.ts';
import { joined, lines, type Painted, print, printJson } from './terminal/print.ts';

export async function ps(options: ConfigOption & { readonly json?: boolean }): Promise<void> {
  const control = await controlOf(options);
  try {
    const status = await control.status();
    if (options.json) printJson(withOrigins(status), 2);
    else print(paintedStates(typedFor(options.config)(renderStatus(status, Date.now()))));
  } finally {
    await control.close();
  }
}

const withOrigins = (status: GatewayStatus) => ({
  ...status,
  servers: status.servers.map((server) => ({ ...server, origin: originOf(server) })),
});

/** A row of the table, up to its state. */
const STATES = 'ready|idle|unhealthy|failed|unavailable|starting|pending|draining|stopped|off|waiting';
const ROW = new RegExp(`^(\\S+ +\\S+ +)(${STATES})( .*)$`);

/** The same text, with the states in their colours where the terminal wants colours. */
export function paintedStates(text: string): Painted {
  return lines(
    text.split('\n').map((line) => {
      const [, before, state, after] = ROW.exec(line) ?? [];
      return before && state && after ? joined(before, paintState(state), after) : line;
    }),
  );
}

const COLUMNS = ['SERVER', 'TYPE', 'STATE', 'FOR', 'LINK', 'MCP', 'TOOLS', 'NOISE', 'RESTARTS', 'ORIGIN'];

const waitingRow = (name: string): string[] => [name, '-', 'waiting', '-', '-', '-', '-', '-', '-', 'added'];

/** @param now Unix milliseconds, for the ages of the states */
export function renderStatus(status: GatewayStatus, now: number): string {
  const all = [
    ...status.servers.map((server) => row(server, now)),
    ...(status.off ?? []).map(({ serverName }) => [
      serverName,
      '-',
      'off',
      '-',
      '-',
      '-',
      '-',
      '-',
      '-',
      'file',
    ]),
    ...(status.waiting ?? []).map(({ serverName }) => waitingRow(serverName)),
  ];
  // Said only where servers differ in it.
  const shown = all.some((cells) => cells.at(-1) !== 'file') ? COLUMNS : COLUMNS.slice(0, -1);
  const table = new Table({ ...PLAIN_TABLE, head: [...shown] });
  for (const cells of all) table.push(cells.slice(0, shown.length));
  const reasons = status.servers.filter((server) => server.reason);
  const rows = table.toString().replace(/ +$/gm, '');
  return [
    firstLine(status),
    ...(status.troubles ?? []).map((trouble) => `\n${describeTrouble(trouble).join('\n  ')}\n`),
    rows,
    ...reasons.map((server) => `\n${server.serverName}\n${describeFailure(server).join('\n')}`),
    ...(status.waiting ?? []).map(
      ({ serverName, reason, hint }) => `\n${serverName} was added, and waits: ${reason}\n  fix: ${hint}`,
    ),
    ...status.servers.flatMap(stoppedLine),
    ...status.servers.flatMap(flawLines),
    ...status.ignored.map((it) => `\ncontainer ${it.containerName} is ignored: ${it.reason}`),
    ...(status.capture ? [`\n${describeCapture(status.capture)}: npx hive calls capture off`] : []),
    ...(status.keptOut.length > 0 ? [`\n${describeKeptOut(status.keptOut)}`] : []),
    ...(status.pendingRestart ? [`\n${status.pendingRestart}`] : []),
  ].join('\n');
}

function firstLine({ stack, url, pid, sessions, watches }: GatewayStatus): string {
  const unwatched = watches === false ? ', edits wait for npx hive up' : '';
  return `${stack} at ${url} (pid ${pid}, ${counted(sessions, 'session')}${unwatched})`;
}

function stoppedLine({ serverName, state, detail = '' }: ServerStatus): string[] {
  return state === 'stopped' ? [`\n${serverName}: ${detail}`] : [];
}

function flawLines(server: ServerStatus): string[] {
  const [first, ...more] = [...describeHidden(server), ...describeFlaws(server), ...describeChanged(server)];
  return first === undefined ? [] : [`\n${server.serverName}: ${first}`, ...more];
}

function row(server: ServerStatus, now: number): string[] {
  const { serverName, type, state, link, protocolVersion, counts, noise, restarts } = server;
  const noisy = noise.lines === 0 ? '-' : counted(noise.lines, 'line');
  return [
    serverName,
    type,
    state,
    age(now - server.since),
    link ?? '-',
    protocolVersion ?? '-',
    String(counts.tools),
    noisy,
    String(restarts),
    originOf(server),
  ];
}

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes}m` : `${Math.round(minutes / 60)}h`;
}
