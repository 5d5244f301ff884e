/** Servers that a first config shows: one that can start on this machine, the others as comments. */
import type { Keys } from '../../config/foreign/keys.ts';

/** Programs that start servers, and whether this machine has them. */
export interface Runners {
  readonly npx: boolean;
  readonly uvx: boolean;
  readonly docker: boolean;
}

export interface Example {
  readonly name: string;
  readonly entry: Keys;
  /** What kind of server it shows. */
  readonly about: string;
  /** Absent: nothing beside Hive. */
  readonly needs?: keyof Runners;
  /** True for a server that starts without a key, an account or a file of the user's own. */
  readonly startsAlone?: true;
}

const EXAMPLES: readonly Example[] = [
  {
    name: 'everything',
    about: 'a server from npm: the reference server of MCP, with a tool of each kind',
    entry: { command: 'npx -y @modelcontextprotocol/server-everything stdio' },
    needs: 'npx',
    startsAlone: true,
  },
  {
    name: 'time',
    about: 'a server from PyPI',
    entry: { command: 'uvx mcp-server-time' },
    needs: 'uvx',
    startsAlone: true,
  },
  {
    name: 'fetch',
    about: 'a server in a container: limits, and no rights on this machine',
    entry: { image: 'mcp/fetch' },
    needs: 'docker',
    startsAlone: true,
  },
  {
    name: 'hive',
    about: 'Hive itself: agents see the state and the logs of these servers',
    entry: { use: 'gateway' },
    startsAlone: true,
  },
  {
    name: 'docs',
    about: 'a server elsewhere; values such as ${TOKEN} come from the environment or from .env',
    entry: { url: 'https://mcp.context7.com/mcp' },
  },
];

export interface Shown {
  /** Undefined if there are servers already. */
  readonly active: Example | undefined;
  /** Examples whose names are free. */
  readonly others: readonly Example[];
}

export function examplesFor(taken: ReadonlySet<string>, runners: Runners): Shown {
  const free = EXAMPLES.filter(({ name }) => !taken.has(name));
  const canStart = ({ startsAlone, needs }: Example): boolean =>
    startsAlone === true && (needs === undefined || runners[needs]);
  const active = taken.size === 0 ? free.find(canStart) : undefined;
  return { active, others: free.filter((it) => it !== active) };
}
