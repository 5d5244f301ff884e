/** The status that people and programs see: each server's state, since when, and why. */
import type { Flaws } from './catalog.ts';
import type { Place } from './desired.ts';
import type { IgnoredContainer } from './observed.ts';
import type { OffServer, WaitingServer } from './stack.ts';
import { shellWord } from './text/commands.ts';
import type { CaptureState } from './watch/capture.ts';

/**
 * `unhealthy`: serves, but did not answer a ping. `idle`: a lazy server that does not run, and starts at the
 * next call. `stopped`: by `hive stop`.
 */
export type ServerState =
  | 'pending'
  | 'starting'
  | 'ready'
  | 'idle'
  | 'stopped'
  | 'unhealthy'
  | 'failed'
  | 'unavailable'
  | 'draining';

/** `has failed`, `is starting`, `is unknown`. */
export function predicateOf(state: ServerState | undefined): string {
  return state === 'failed' ? 'has failed' : `is ${state ?? 'unknown'}`;
}

/** `is starting: building the image`, and for a stopped server `is stopped by …`. */
export function describeState(state: ServerState | undefined, why: string | undefined): string {
  if (!why) return predicateOf(state);
  return state === 'stopped' ? `is ${why}` : `${predicateOf(state)}: ${why}`;
}

/** What the status of a stopped server says of itself. */
export const stoppedDetail = (serverName: string): string =>
  `stopped by \`hive stop\`, start it with: npx hive start ${shellWord(serverName)}`;

/** Who asked for the server: the user's file, a command or an agent, or the labels of a container. */
export type Origin = 'file' | 'added' | 'discovered';

export function originOf({ origin, type }: Pick<ServerStatus, 'origin' | 'type'>): Origin {
  return origin ?? (type === 'discovered' ? 'discovered' : 'file');
}

/** True for a server as it should be: it serves, or starts on a call. */
export const isUp = (state: ServerState): boolean => state === 'ready' || state === 'idle';

export interface ServerStatus {
  readonly serverName: string;
  readonly type: 'container' | 'native' | 'remote' | 'builtin' | 'discovered';
  /** Set for a server that was added at run time. */
  readonly origin?: 'added';
  readonly state: ServerState;
  /** Text before the names of its tools; absent if that is its name. */
  readonly prefix?: string;
  /** True for a server that only a call starts. Readiness does not wait for it. */
  readonly lazy?: boolean;
  /** Current activity: "building image (4/7)", "waiting for initialize". */
  readonly detail?: string;
  /** Why the server failed or is unavailable, in one sentence. */
  readonly reason?: string;
  /** The fix. */
  readonly hint?: string;
  readonly code?: string;
  readonly place?: Place;
  /** Unix milliseconds of the last change of state. */
  readonly since: number;
  readonly link?: string;
  /** Negotiated MCP version, while the server serves; 2026-07-28 is the modern era. */
  readonly protocolVersion?: string;
  readonly containerId?: string;
  readonly pid?: number;
  /** Numbers of definitions that clients see, after the filters. */
  readonly counts: {
    readonly tools: number;
    readonly resources: number;
    readonly templates: number;
    readonly prompts: number;
    /** Tools that `tools.readOnly` hides, though `allow` and `deny` would show them; absent for none. */
    readonly hidden?: number;
  };
  /** Why a server that serves has nothing for clients, if that is known: `it wrote: No token is set`. */
  readonly whyNothing?: string;
  /**
   * Definitions that official clients would refuse, with the whole list: how many were mended or left out,
   * and the first of them. Absent if there are none.
   */
  readonly flaws?: Flaws;
  /**
   * Tools that are new, or whose definitions have changed, since the gateway last ran; the first of them.
   * Absent if there are none.
   */
  readonly changed?: readonly string[];
  /** Output on stdout that was not a JSON-RPC message. */
  readonly noise: { readonly lines: number; readonly bytes: number };
  readonly restarts: number;
}

/**
 * The server that is down and whose prefix the public name of a tool or prompt begins with. The only server
 * owns every name.
 */
export function absentOwner(name: string, statuses: readonly ServerStatus[]): ServerStatus | undefined {
  const owns = ({ serverName, prefix = serverName }: ServerStatus): boolean =>
    statuses.length === 1 || (prefix !== '' && name.startsWith(`${prefix}_`));
  return statuses
    .filter(owns)
    .toSorted((a, b) => b.serverName.length - a.serverName.length)
    .find(({ state }) => !isUp(state));
}

/** What keeps the gateway as a whole from doing what its files ask for, until it is mended. */
export interface Trouble {
  /**
   * `edit`: the files as they are now are not what runs; `state`: Hive cannot write its own files;
   * `compiled`: Hive cannot write the compiled file; `logs`: Hive cannot write logs to disk; `added`: the
   * servers that were added cannot be read.
   */
  readonly about: 'edit' | 'state' | 'compiled' | 'logs' | 'added';
  readonly code: string;
  readonly reason: string;
  readonly hint?: string;
  readonly place?: Place;
  /** Unix milliseconds of the first of the attempts that have failed since the last success. */
  readonly since: number;
}

export interface GatewayStatus {
  readonly stack: string;
  readonly file: string;
  readonly url: string;
  readonly pid: number;
  /** `ready`, or why there is no engine. */
  readonly engine: string;
  /** Which engine, and how it is reached; absent if none was found at the start. */
  readonly engineName?: string;
  readonly sessions: number;
  readonly servers: readonly ServerStatus[];
  /** Servers that the file switches off; absent if there are none. */
  readonly off?: readonly OffServer[];
  /** Servers that were added at run time and do not count now, and why; absent if there are none. */
  readonly waiting?: readonly WaitingServer[];
  readonly troubles: readonly Trouble[];
  /** Containers with MCP labels that are not served, and why. */
  readonly ignored: readonly IgnoredContainer[];
  /** Names of containers with MCP labels that `gateway.discover` does not let in. */
  readonly keptOut: readonly string[];
  /** False if edits of the files wait for `hive restart` or `hive up`; absent if they are followed. */
  readonly watches?: false;
  /** Absent if nothing of arguments and results is kept. */
  readonly capture?: CaptureState;
  /** Keys of the config file that take effect at the next start only, in words; absent if there are none. */
  readonly pendingRestart?: string;
}

export interface LogEntry {
  /** Unix milliseconds. */
  readonly at: number;
  readonly serverName: string;
  /** `noise`: stdout that was not JSON-RPC; `hive`: the gateway's own entries about the server. */
  readonly stream: 'stderr' | 'noise' | 'hive';
  readonly text: string;
}
