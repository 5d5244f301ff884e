import { styleText } from 'node:util';
import { readEnvironment } from '../config/environment.ts';
import { loadStack } from '../config/load.ts';
import { ConfigError, renderProblems } from '../config/source/diagnostics.ts';
import { CODES, type GatewayError, toGatewayError } from '../errors.ts';
import type { ServerStatus } from '../model/status.ts';
import { openStateDir } from '../runtime/memory/state-dir.ts';
import { findEngine } from '../setup/find-engine.ts';
import { toolVersions } from '../setup/find-tools.ts';
import { gapsError } from '../setup/gap-errors.ts';
import { readHost } from '../setup/host.ts';
import { connectControl } from './stack/control-client.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { counted } from './up/server-lines.ts';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly fix?: string | undefined;
  readonly exitCode: number;
}

/** Looks at everything that can be wrong and changes nothing. @returns 0, or the exit code of the worst finding */
export async function doctor(options: ConfigOption & { readonly json?: boolean }): Promise<number> {
  const findings = [checkNode(), await checkEngine(), ...(await checkStack(options))];
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ findings }, null, 2)}\n`
      : `${findings.map(renderFinding).join('\n')}\n`,
  );
  return Math.max(...findings.map((finding) => (finding.ok ? 0 : finding.exitCode)));
}

function checkNode(): Finding {
  return good('node', `${process.version} at ${process.execPath}`);
}

async function checkEngine(): Promise<Finding> {
  // No folder to find plugins in: they are run, not only looked for.
  const found = await findEngine(process.env, []);
  if (found.kind === 'lacking') return bad('engine', gapsError(found.gaps, await readHost()));
  const { flavour, version, url } = found.engine;
  const { compose, buildx } = await toolVersions(process.env);
  return good('engine', `${flavour} ${version} at ${url}, compose ${compose}, buildx ${buildx}`);
}

async function checkStack(options: ConfigOption): Promise<Finding[]> {
  try {
    const file = stackFile(options);
    const stack = await loadStack(file, await readEnvironment(file, process.env));
    const unset = stack.servers.flatMap((server) => server.unset.map(({ variable }) => variable));
    const config = good('config', `${file}: ${counted(stack.servers.length, 'server')}`);
    const variables = unset.map((variable) =>
      fail(
        'variables',
        `\${${variable}} is not set`,
        `set ${variable} in the environment or in .env beside the config`,
        2,
      ),
    );
    return [config, ...variables, ...(await checkGateway(openStateDir(file).socket))];
  } catch (error) {
    if (error instanceof ConfigError)
      return [fail('config', renderProblems(error.problems, process.cwd()), undefined, 2)];
    return [bad('config', toGatewayError(error))];
  }
}

async function checkGateway(socket: string): Promise<Finding[]> {
  const control = await connectControl(socket);
  if (!control) return [good('gateway', 'not running (start it: npx hive up)')];
  try {
    const status = await control.status();
    return [
      good('gateway', `${status.url}, pid ${status.pid}, ${counted(status.sessions, 'session')}`),
      ...status.servers.map(checkServer),
      ...status.ignored.map((it) => good('ignored', `container ${it.containerName}: ${it.reason}`)),
    ];
  } finally {
    await control.close();
  }
}

function checkServer({ serverName, state, reason, hint, counts, noise }: ServerStatus): Finding {
  if (state !== 'ready' && state !== 'idle')
    return fail(serverName, `${state}: ${reason ?? 'not up yet'}`, hint ?? `npx hive logs ${serverName}`, 1);
  const noisy =
    noise.lines === 0
      ? ''
      : `; printed ${counted(noise.lines, 'line')} on stdout that ${noise.lines === 1 ? 'is no message' : 'are no messages'} (kept from clients, see npx hive logs ${serverName})`;
  return good(serverName, `${state}, ${counted(counts.tools, 'tool')}${noisy}`);
}

function good(check: string, detail: string): Finding {
  return { check, ok: true, detail, exitCode: 0 };
}

function fail(check: string, detail: string, fix: string | undefined, exitCode: number): Finding {
  return { check, ok: false, detail, fix, exitCode };
}

function bad(check: string, error: GatewayError): Finding {
  return fail(check, `${error.code}: ${error.message}`, error.hint, CODES[error.code]);
}

function renderFinding({ check, ok, detail, fix }: Finding): string {
  const mark = ok
    ? styleText('green', 'ok  ', { stream: process.stdout })
    : styleText('red', 'BAD ', { stream: process.stdout });
  const text = fix ? `${detail}\nfix: ${fix}` : detail;
  return `${mark} ${check.padEnd(14)} ${text.replaceAll('\n', `\n${' '.repeat(20)}`)}`;
}
