/** Starts servers of catalogue/hive.yaml for real, as Hive would start them, and keeps what they showed. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Entry, PackageWay } from '../../src/catalogue/entry/entry.ts';
import { shortName } from '../../src/catalogue/entry/entry.ts';
import type { StartRecord } from '../../src/catalogue/formats/hive.ts';
import { toServer } from '../../src/catalogue/server/to-server.ts';
import { direct } from '../../test/real-servers/session.ts';
import { hiveEntries, keepRecords, records, writeHive } from './shipped.ts';

const INSTALL_MS = 300_000;
/** A key that no service accepts: servers start with it, and fail only at a call. */
const NO_KEY = 'not-a-key';

/**
 * @param names entries to start; default those without a record of the version that the file names
 * @returns how many could not be verified
 */
export async function verify(names: readonly string[]): Promise<number> {
  const chosen = hiveEntries().filter((entry) => isChosen(entry, names));
  const failed: string[] = [];
  const next = chosen.values();
  // Two at a time: more would only wait for each other on a small machine.
  await Promise.all([1, 2].map(() => verifyEach(next, failed)));
  say(`${chosen.length - failed.length} of ${chosen.length} verified`);
  for (const line of failed) say(`failed: ${line}`);
  return failed.length;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function isChosen(entry: Entry, names: readonly string[]): boolean {
  if (names.length > 0) return names.includes(shortName(entry.id));
  const way = packageOf(entry);
  return way !== undefined && entry.verified?.version !== way.version && entry.unverified === undefined;
}

const packageOf = ({ ways }: Entry): PackageWay | undefined =>
  ways.find((way): way is PackageWay => way.kind === 'npm' || way.kind === 'pypi');

async function verifyEach(entries: Iterator<Entry>, failed: string[]): Promise<void> {
  for (let next = entries.next(); !next.done; next = entries.next()) {
    const entry = next.value;
    const name = shortName(entry.id);
    try {
      const record = await start(entry);
      keepRecords({ ...records(), [name]: record });
      writeHive();
      say(
        `${name} ${record.version}: ${record.tools.length} tools, ${record.bytes} bytes, ${record.startMs} ms`,
      );
    } catch (thrown) {
      const { stderr, message } = Object(thrown) as { stderr?: string; message?: string };
      failed.push(`${name}: ${(stderr || message || String(thrown)).trim().slice(-300)}`);
      say(failed.at(-1) ?? '');
    }
  }
}

async function start(entry: Entry): Promise<StartRecord> {
  const way = packageOf(entry);
  if (way?.version === undefined) throw new Error('no package to start');
  const folder = mkdtempSync(join(tmpdir(), 'hive-verify-'));
  try {
    const { command, env } = launchOf(entry, way);
    // Its environment too: some packages download a browser unless it says otherwise.
    await execa(...installer(way), { timeout: INSTALL_MS, cwd: folder, stdin: 'ignore', env });
    const startedAt = performance.now();
    const [program = '', ...args] = command;
    const session = await direct({ command: program, args, env: { ...ownHome(folder), ...env }, folder });
    try {
      const { tools } = await session.ask('tools/list');
      const startMs = Math.round(performance.now() - startedAt);
      if (!Array.isArray(tools)) throw new Error('it lists no tools');
      return { ...recordOf(tools), way: way.kind, version: way.version, startMs };
    } finally {
      await session.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A home without what servers left in that of this user; the caches of the runners stay. */
const ownHome = (folder: string): Record<string, string> => ({
  HOME: folder,
  npm_config_cache: process.env.npm_config_cache ?? join(homedir(), '.npm'),
  UV_CACHE_DIR: process.env.UV_CACHE_DIR ?? join(homedir(), '.cache/uv'),
});

/** The command of the stack file, with values that no service accepts in place of variables. */
function launchOf(entry: Entry, way: PackageWay): { command: string[]; env: Record<string, string> } {
  const examples = (entry.parameters ?? []).flatMap(({ name, example }) =>
    example ? [[name, example]] : [],
  );
  const made = toServer(entry, { way: way.kind, parameters: Object.fromEntries(examples) });
  if (made.kind === 'refused') throw new Error(made.problems.join('; '));
  const secrets = new Map(entry.secrets?.map(({ name, example }) => [name, example ?? NO_KEY]));
  const filled = (text: string) =>
    text.replace(/\$\{(\w+)(:-)?\}/g, (_, name, isOptional) =>
      isOptional ? '' : (secrets.get(name) ?? NO_KEY),
    );
  const { command, env = {} } = made.server as { command: string[]; env?: Record<string, string> };
  const variables = Object.entries(env).map(([name, text]) => [name, filled(text)] as const);
  return {
    command: command.map(filled),
    env: Object.fromEntries(variables.filter(([, text]) => text !== '')),
  };
}

/** Installs the package into the cache of its runner, so that `startMs` is the time of a start. */
function installer({ kind, package: name, version, with: beside = [] }: PackageWay): [string, string[]] {
  if (kind === 'npm') return ['npx', ['-y', `--package=${name}@${version}`, 'node', '-e', '0']];
  const pins = beside.flatMap((it) => ['--with', it]);
  return ['uvx', [...pins, '--from', `${name}==${version}`, 'python', '-c', '0']];
}

function recordOf(tools: readonly object[]): Omit<StartRecord, 'way' | 'version' | 'startMs'> {
  const named = tools.map((tool) => ({ name: '', ...tool })).sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    date: new Date().toISOString().slice(0, 10),
    bytes: Buffer.byteLength(JSON.stringify(tools)),
    sha256: createHash('sha256').update(sorted(named)).digest('hex'),
    tools: named.map(({ name }) => name),
  };
}

/** JSON in which members stand in one order, as servers do not promise any. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
