/**
 * `docker run` and `podman run` as the command of a native server. The container is the engine's: it outlives
 * a command that is killed, so it gets a label, by which it is found and removed.
 */
import { spawn } from 'node:child_process';
import { firstWord } from './first-word.ts';

/** Labels: which stack's gateway ran the container, and for which link. */
const STACK_LABEL = 'hive.run';
const LINK_LABEL = 'hive.run.link';

/** How long one call of the engine's command may take. */
const COMMAND_MS = 20_000;

/** The engine's command without the words after its own options. */
export interface EngineCommand {
  readonly command: string;
  /** Options that stand before `run`: `--context x`. */
  readonly options: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface EngineRun {
  /** The arguments, with the labels. */
  readonly args: readonly string[];
  readonly engine: EngineCommand;
}

/** Options before `run` that take the next word as their value. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  ...[
    '-H',
    '-c',
    '-l',
    '--host',
    '--context',
    '--config',
    '--log-level',
    '--tlscacert',
    '--tlscert',
    '--tlskey',
  ],
  ...['--url', '--connection', '--identity', '--root', '--runroot'],
]);

/** Undefined for another command. @param stack names the stack's gateway, and `linkId` the link */
export function engineRun(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { stack, linkId }: { readonly stack: string; readonly linkId: string },
): EngineRun | undefined {
  if (!/(?:^|[/\\])(?:docker|podman)(?:\.exe)?$/.test(command)) return undefined;
  const at = firstWord(args, WITH_VALUE);
  const run = args[at] === 'container' ? at + 1 : at;
  if (args[run] !== 'run') return undefined;
  const labels = ['--label', `${STACK_LABEL}=${stack}`, '--label', `${LINK_LABEL}=${linkId}`];
  return {
    args: [...args.slice(0, run + 1), ...labels, ...args.slice(run + 1)],
    engine: { command, options: args.slice(0, at), env },
  };
}

/** Removes the container of one link, if it is still there. Never rejects. */
export const removeOfLink = (engine: EngineCommand, linkId: string): Promise<number> =>
  removeLabelled(engine, `${LINK_LABEL}=${linkId}`);

/** Removes the containers that gateways of this stack have left behind. Never rejects. */
export const removeOfStack = (engine: EngineCommand, stack: string): Promise<number> =>
  removeLabelled(engine, `${STACK_LABEL}=${stack}`);

/** @returns how many there were */
async function removeLabelled(engine: EngineCommand, label: string): Promise<number> {
  const listed = await output(engine, ['ps', '-aq', '--filter', `label=${label}`]);
  const ids = listed.split(/\s+/).filter((id) => /^[0-9a-f]{6,64}$/.test(id));
  if (ids.length > 0) await output(engine, ['rm', '-f', ...ids]);
  return ids.length;
}

/** The command's output; empty if it fails. */
function output({ command, options, env }: EngineCommand, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(command, [...options, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: COMMAND_MS,
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', () => resolve(''));
    child.once('close', (code) => resolve(code === 0 ? Buffer.concat(chunks).toString() : ''));
  });
}
