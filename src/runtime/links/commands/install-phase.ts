/**
 * The time in which a package runner installs, before the server itself runs. Nothing marks its end on the
 * streams, so the processes below the runner are looked at.
 */
import type { Clock } from '../../../model/clock.ts';
import { childrenOf, factsOf, type ProcessFacts } from './descendants.ts';
import type { PackageRunner } from './package-runner.ts';

const FIRST_LOOK_MS = 50;
const MAX_LOOK_MS = 500;
/** A runner with a warm cache is through by then: nothing of its installation is shown. */
const QUIET_MS = 2_000;
/** Downloads have timeouts of their own. One that does not end after this time is taken for a hung server. */
const MAX_INSTALL_MS = 30 * 60_000;

export interface InstallPhase {
  /** True until the server itself runs, or the runner has ended. */
  readonly isOpen: boolean;
  /** Text of stderr: an image is pulled only if it says so. */
  stderr(text: string): void;
  /** The server has written a message, or the runner has ended. */
  end(): void;
}

export interface InstallEvents {
  /** Called once with `true` when the phase shows, and once with `false` when it ends. */
  readonly installing: (isOpen: boolean) => void;
  /** Called once when the phase has ended, shown or not. */
  readonly over: () => void;
}

/** Undefined where the end of the phase could not be noticed. */
export function watchInstall(
  runner: PackageRunner,
  pid: number,
  clock: Clock,
  events: InstallEvents,
): InstallPhase | undefined {
  if (process.platform !== 'linux' && runner.tool !== 'docker') return undefined;
  return runner.tool === 'docker'
    ? new PullPhase(clock, events)
    : new ProcessPhase(runner, pid, clock, events);
}

class Phase {
  readonly #clock: Clock;
  readonly #events: InstallEvents;
  #isOpen = true;
  #isShown = false;
  #timer: { cancel(): void } | undefined;

  constructor(clock: Clock, events: InstallEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#timer?.cancel();
    if (this.#isShown) this.#events.installing(false);
    this.#events.over();
  }

  protected show(): void {
    if (this.#isShown || !this.#isOpen) return;
    this.#isShown = true;
    this.#events.installing(true);
  }

  protected after(ms: number, run: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimeout(run, ms);
  }
}

/** A pull writes its progress, which begins and ends in known words (docker, podman). */
class PullPhase extends Phase implements InstallPhase {
  #tail = '';

  stderr(text: string): void {
    if (!this.isOpen) return;
    const seen = this.#tail + text;
    this.#tail = seen.slice(-100);
    if (/Unable to find image|Trying to pull /.test(seen)) {
      this.show();
      this.after(MAX_INSTALL_MS, () => this.end());
    }
    if (
      /Status: (?:Downloaded newer image|Image is up to date)|Writing manifest to image destination/.test(
        seen,
      )
    )
      this.end();
  }
}

/** Runners start short-lived programs before they install: `node --version`, a look at each Python. */
const PROBE_MS = 1_000;

class ProcessPhase extends Phase implements InstallPhase {
  readonly #runner: PackageRunner;
  readonly #pid: number;
  readonly #now: () => number;
  readonly #beganAt: number;
  /** What looks like the server, and since when. */
  #candidate: { readonly pid: number; readonly since: number } | undefined;

  constructor(runner: PackageRunner, pid: number, clock: Clock, events: InstallEvents) {
    super(clock, events);
    this.#runner = runner;
    this.#pid = pid;
    this.#now = () => clock.now();
    this.#beganAt = clock.now();
    this.after(FIRST_LOOK_MS, () => this.#look(FIRST_LOOK_MS));
  }

  stderr(): void {}

  #look(afterMs: number): void {
    const ms = this.#now() - this.#beganAt;
    if (this.#isServing() || ms > MAX_INSTALL_MS) {
      this.end();
      return;
    }
    if (ms >= QUIET_MS) this.show();
    const next = Math.min(MAX_LOOK_MS, afterMs * 1.5);
    this.after(next, () => this.#look(next));
  }

  /** True once the same process has looked like the server for a while. */
  #isServing(): boolean {
    const pid = serverBelow(this.#runner, this.#pid);
    if (pid === undefined) this.#candidate = undefined;
    else if (this.#candidate?.pid !== pid) this.#candidate = { pid, since: this.#now() };
    return this.#candidate !== undefined && this.#now() - this.#candidate.since >= PROBE_MS;
  }
}

/** Programs that installations start. */
const INSTALLERS: ReadonlySet<string> = new Set([
  ...[
    'git',
    'ssh',
    'tar',
    'gunzip',
    'xz',
    'make',
    'cmake',
    'ninja',
    'cargo',
    'rustc',
    'gcc',
    'cc',
    'c++',
    'g++',
  ],
  ...['node-gyp', 'pip', 'pip3', 'uv', 'pnpm', 'yarn', 'npx', 'npm'],
]);

const nameOf = (path: string): string => path.split('/').at(-1) ?? '';
const isInstaller = (path: string): boolean => INSTALLERS.has(nameOf(path));

/** The pid of what may be the server. */
function serverBelow({ tool }: PackageRunner, pid: number): number | undefined {
  // pipx becomes the server, in the environment that it has made, or becomes uv if there is one.
  const facts = tool === 'pipx' ? factsOf(pid) : undefined;
  if (facts && nameOf(facts.args[0] ?? '') !== 'uv') return isServer('pipx', facts) ? pid : undefined;
  const below = facts ? 'uv' : tool;
  return childrenOf(pid).find((child) => isServer(below, factsOf(child)));
}

/** A question for a version, or how uv asks a Python for its paths (also behind the shims of pyenv). */
const isProbe = (args: readonly string[]): boolean =>
  /^(?:--version|-V)$/.test(args.at(-1) ?? '') || ['-I', '-B', '-c'].every((flag) => args.includes(flag));

function isServer(tool: PackageRunner['tool'], { args, env }: ProcessFacts): boolean {
  const [program = '', script = ''] = args;
  if (program === '' || isProbe(args)) return false;
  // npm marks what it runs; scripts of packages that it installs are marked with other words.
  if (tool === 'npx') return env.includes('npm_lifecycle_event=npx');
  // The environments in which uv builds packages have folders of their own.
  if (tool === 'uv') return !isInstaller(program) && !args.some((arg) => /\/builds-v\d+\//.test(arg));
  if (tool === 'pipx') return !/(?:^|\/)pipx(?:\.\w+)?$/.test(script) && !/(?:^|\/)pipx$/.test(program);
  if (tool === 'bunx') return script !== 'add' && script !== 'install' && !isInstaller(program);
  return !isInstaller(program) && !isInstaller(script) && !env.some((it) => INSTALL_SCRIPT.test(it));
}

const INSTALL_SCRIPT = /^npm_lifecycle_event=(?:(?:pre|post)?install|prepare)$/;
