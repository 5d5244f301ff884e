/** `hive doctor`: checks the machine, the engine, the config and the gateway, and changes nothing. */
import { existsSync } from 'node:fs';
import { ConfigError, renderProblems } from '../config/source/diagnostics.ts';
import { toolVersions } from '../engine-versions.ts';
import { CODES, type GatewayError, toGatewayError } from '../errors.ts';
import type { DesiredGateway } from '../model/stack.ts';
import { type GatewayStatus, isUp, type ServerStatus, type Trouble } from '../model/status.ts';
import { shellWord } from '../model/text/commands.ts';
import { systemWords } from '../model/text/system-errors.ts';
import { checkStateDir } from '../runtime/memory/state-check.ts';
import type { StateDir } from '../runtime/memory/state-dir.ts';
import { describeEngine } from '../setup/describe-engine.ts';
import { findEngine } from '../setup/find-engine.ts';
import { gapsError } from '../setup/gap-errors.ts';
import { readHost } from '../setup/host.ts';
import { connectControl } from './stack/control-client.ts';
import {
  counted,
  describeChanged,
  describeDiscovered,
  describeFlaws,
  describeKeptOut,
  describeNothing,
  isEmpty,
} from './stack/describe-server.ts';
import { fileOfGateway, portFault } from './stack/port-check.ts';
import { checkConfig, unsetError } from './stack/read-config.ts';
import { type ConfigOption, hiddenBy, stackFile } from './stack/stack-file.ts';
import { peekState } from './stack/state.ts';
import { describeTrouble } from './stack/troubles.ts';
import { type Typed, typedFor } from './stack/typing.ts';
import { stackWarnings, stateWarning } from './stack/warnings.ts';
import { joined, lines, type Painted, paint, print, printJson } from './terminal/print.ts';
import { portHolder } from './up/port-holder.ts';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly fix?: string | undefined;
  readonly exitCode: number;
}

/** @returns 0, or the highest exit code of the findings */
export async function doctor(options: ConfigOption & { readonly json?: boolean }): Promise<number> {
  const typed = typedFor(options.config);
  const found = [checkNode(), await checkEngine(), ...(await checkStack(options))];
  const findings = found.map((finding) => withCommands(finding, typed));
  if (options.json) printJson({ findings }, 2);
  else print(lines(findings.map(renderFinding)));
  return Math.max(...findings.map((finding) => (finding.ok ? 0 : finding.exitCode)));
}

function withCommands({ fix, ...finding }: Finding, typed: Typed): Finding {
  return { ...finding, detail: typed(finding.detail), fix: fix && typed(fix) };
}

function checkNode(): Finding {
  return good('node', `${process.version} at ${process.execPath}`);
}

async function checkEngine(): Promise<Finding> {
  // No plugin folders, so that the plugins are run, not only looked for.
  const found = await findEngine(process.env, []);
  if (found.kind === 'lacking') return failed('engine', gapsError(found.gaps, await readHost()));
  const { compose, buildx } = await toolVersions(found.engine);
  return good('engine', `${describeEngine(found.engine)}; compose ${compose}, buildx ${buildx}`);
}

async function checkStack(options: ConfigOption): Promise<Finding[]> {
  try {
    const file = stackFile(options);
    const { stack, unset } = await checkConfig(file);
    const { gateway } = stack;
    const config = good('config', `${file}: ${counted(stack.servers.length, 'server')}${beside(options)}`);
    const shared = existsSync(stack.composeFile)
      ? await (await import('../compose-files.ts')).sharedFault(stack)
      : undefined;
    const variables = stack.servers.flatMap(({ serverName, unset }) =>
      unset.map((variable) => failed('variables', unsetError(serverName, variable, 'the config'))),
    );
    const warnings = stack.warnings.map((it) => good('warning', stackWarnings({ warnings: [it] })));
    const ofServers = unset.filter(({ code }) => code === undefined);
    const failing = ofServers.map((it) =>
      problem('config', renderProblems({ problems: [it], total: 1 }, process.cwd()), undefined, 1),
    );
    const clash = shared ? [failed('compiled', shared)] : [];
    const secrets = await secretFindings(file);
    return [
      ...[config, ...clash, ...failing, ...variables, ...secrets, ...warnings],
      ...(await checkState(file, gateway)),
    ];
  } catch (error) {
    const running = await checkState(stackFile(options)).catch(() => []);
    if (error instanceof ConfigError)
      return [
        problem('config', renderProblems(withUnset(error), process.cwd()), undefined, CODES[error.code]),
        ...running,
      ];
    return [failed('config', toGatewayError(error))];
  }
}

async function secretFindings(file: string): Promise<Finding[]> {
  const { checkSecrets } = await import('./secret/check.ts');
  const found = await checkSecrets(file);
  return found.map((it) => (typeof it === 'string' ? good('secrets', it) : failed('secrets', it)));
}

/** Other stack files, which somebody may have meant. */
function beside(options: ConfigOption): string {
  const others = options.config === undefined ? hiddenBy(stackFile(options)) : [];
  return others.map((name) => `\n${name} is another stack: npx hive doctor -c ${name}`).join('');
}

const withUnset = ({ problems, total, unset }: ConfigError) => ({
  problems: [...problems, ...unset],
  total: total + unset.length,
});

/** The state folder, then the gateway, which may run with an earlier version of the config. */
async function checkState(file: string, address?: Address): Promise<Finding[]> {
  try {
    const state = await peekState(file);
    const gateway = await checkGateway(state.socket, address);
    const loose = stateWarning(state);
    return [await stateFinding(state), ...(loose ? [good('warning', loose)] : []), ...gateway];
  } catch (error) {
    return [failed('state', toGatewayError(error))];
  }
}

async function stateFinding(state: StateDir): Promise<Finding> {
  if (!existsSync(state.path)) return good('state', `${state.path} (the first up makes it)`);
  try {
    await checkStateDir(state);
    return good('state', state.path);
  } catch (error) {
    return failed('state', toGatewayError(error));
  }
}

type Address = Pick<DesiredGateway, 'host' | 'port'>;

/** @param address where it would listen; undefined if the config is broken */
async function checkGateway(socket: string, address: Address | undefined): Promise<Finding[]> {
  const control = await connectControl(socket);
  if (!control) return [(address && (await checkPort(address))) ?? notRunning()];
  try {
    const status = await control.status();
    return [
      good('gateway', `${status.url}, pid ${status.pid}, ${counted(status.sessions, 'session')}`),
      ...(status.troubles ?? []).map(checkTrouble),
      ...status.servers.map(checkServer),
      ...discoveredFindings(status),
    ];
  } finally {
    await control.close();
  }
}

const notRunning = (): Finding => good('gateway', 'not running (start it: npx hive up)');

/** Undefined if the gateway could listen there. */
async function checkPort({ host, port }: Address): Promise<Finding | undefined> {
  const fault = port === 0 ? undefined : await portFault(host, port);
  if (fault === undefined) return undefined;
  const holder = portHolder(port);
  const by = holder ? ` by ${holder.command} (pid ${holder.pid})` : '';
  const isTaken = fault === 'EADDRINUSE';
  const detail = isTaken
    ? `port ${port} on ${host} is taken${by}`
    : `cannot listen on ${host}:${port}: ${systemWords(fault)}`;
  const file = isTaken ? await fileOfGateway(host, port) : undefined;
  const kill = holder && isTaken ? `end it: kill ${holder.pid}; or ` : '';
  const end = file === undefined ? kill : `end it: npx hive down -c ${shellWord(file)}; or `;
  return problem(
    'gateway',
    `PORT_TAKEN: ${detail}`,
    `${end}choose another with gateway.port in the config`,
    1,
  );
}

/** Containers that the config does not declare: the ones let in, the ones ignored, the ones kept out. */
function discoveredFindings({ servers, ignored, keptOut }: GatewayStatus): Finding[] {
  const discovered = describeDiscovered(servers);
  return [
    ...(discovered === undefined ? [] : [good('discovered', discovered)]),
    ...ignored.map((it) => good('ignored', `container ${it.containerName}: ${it.reason}`)),
    ...(keptOut.length > 0 ? [good('kept out', describeKeptOut(keptOut))] : []),
  ];
}

function checkTrouble(trouble: Trouble): Finding {
  const { hint, ...rest } = trouble;
  return problem(trouble.about, describeTrouble(rest).join('\n'), hint, 1);
}

/** States that pass by themselves. */
const UNDER_WAY = new Set<ServerStatus['state']>(['pending', 'starting', 'draining']);

function checkServer(server: ServerStatus): Finding {
  const { serverName, state, detail, reason, hint, counts, noise } = server;
  const logs = `npx hive logs ${serverName}`;
  if (UNDER_WAY.has(state) && reason === undefined)
    return good(serverName, `${state}${detail ? `: ${detail}` : ''}`);
  if (state === 'stopped') return good(serverName, `${detail}`);
  if (!isUp(state)) return problem(serverName, `${state}: ${reason ?? 'not up yet'}`, hint ?? logs, 1);
  const lines = counted(noise.lines, 'line');
  const noisy = `printed ${lines} on stdout besides messages (kept from clients, see ${logs})`;
  const offer = isEmpty(server) ? describeNothing(server) : counted(counts.tools, 'tool');
  const found = `${state}, ${offer}${noise.lines === 0 ? '' : `; ${noisy}`}`;
  return good(serverName, [found, ...describeFlaws(server), ...describeChanged(server)].join('\n'));
}

function good(check: string, detail: string): Finding {
  return { check, ok: true, detail, exitCode: 0 };
}

function problem(check: string, detail: string, fix: string | undefined, exitCode: number): Finding {
  return { check, ok: false, detail, fix, exitCode };
}

function failed(check: string, error: GatewayError): Finding {
  return problem(check, `${error.code}: ${error.message}`, error.hint, CODES[error.code]);
}

function renderFinding({ check, ok, detail, fix }: Finding): Painted {
  const mark = paint(ok ? 'green' : 'red', ok ? 'ok  ' : 'BAD ');
  const text = fix ? `${detail}\nfix: ${fix}` : detail;
  return joined(mark, ` ${check.padEnd(14)} ${text.replaceAll('\n', `\n${' '.repeat(20)}`)}`);
}
