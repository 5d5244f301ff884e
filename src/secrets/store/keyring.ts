/** The keyring of the operating system, by its command line tool. */
import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';

import { cutEnd } from '../../model/text/cut.ts';

/** Keeps keys for Hive. A failure rejects with a message for people. */
export interface Keyring {
  /** For people: `the keyring (secret-tool)`. */
  readonly words: string;
  /** @returns undefined if the keyring has no such key */
  read(id: string): Promise<string | undefined>;
  write(id: string, key: string): Promise<void>;
  remove(id: string): Promise<void>;
}

/** For a command: a keyring that is locked asks the person on the screen, who may take a while. */
export const PERSON_LIMIT_MS = 60_000;
/** For a gateway, whose servers wait meanwhile. */
export const GATEWAY_LIMIT_MS = 10_000;
const MAX_ANSWER_BYTES = 4_096;

/** The tool of this system; undefined if there is none, or nobody would answer it. */
export function findKeyring(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  isThere: (path: string) => boolean,
  limitMs: number,
): Keyring | undefined {
  const named = platform === 'darwin' ? 'security' : 'secret-tool';
  const tool = (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, named))
    .find(isThere);
  if (tool === undefined) return undefined;
  if (platform === 'darwin') return security((args, input) => run(tool, args, limitMs, input));
  return env.DBUS_SESSION_BUS_ADDRESS
    ? secretTool((args, input) => run(tool, args, limitMs, input))
    : undefined;
}

/** Secret Service: GNOME Keyring, KWallet, KeePassXC. */
function secretTool(tool: Tool): Keyring {
  const of = (id: string): string[] => ['application', 'hive', 'key', id];
  return {
    words: 'the keyring (secret-tool)',
    async read(id) {
      const { code, stdout, stderr } = await tool(['lookup', ...of(id)]);
      if (code === 0 && stdout !== '') return stdout.trim();
      // It exits with 1 for a key that is not there too, and then says nothing.
      if (stderr.trim() === '') return undefined;
      throw new Error(firstLine(stderr));
    },
    async write(id, key) {
      const args = ['store', '--label', 'Hive: key of secrets', ...of(id)];
      const { code, stderr } = await tool(args, key);
      if (code !== 0) throw new Error(firstLine(stderr));
    },
    async remove(id) {
      await tool(['clear', ...of(id)]);
    },
  };
}

/** Exit code of `security` for an item that is not there. */
const NOT_FOUND = 44;

/** Keychain of macOS. A key is passed by stdin: every user can read the arguments of a process. */
function security(tool: Tool): Keyring {
  const of = (id: string): string[] => ['-a', 'hive', '-s', `hive-secrets-${id}`];
  return {
    words: 'the keychain (security)',
    async read(id) {
      const { code, stdout, stderr } = await tool(['find-generic-password', ...of(id), '-w']);
      if (code === 0) return stdout.trim();
      if (code === NOT_FOUND) return undefined;
      throw new Error(firstLine(stderr));
    },
    async write(id, key) {
      const command = ['add-generic-password', ...of(id), '-U', '-w', key].join(' ');
      const { code, stderr } = await tool(['-i'], `${command}\n`);
      if (code !== 0) throw new Error(firstLine(stderr));
    },
    async remove(id) {
      await tool(['delete-generic-password', ...of(id)]);
    },
  };
}

const MAX_REASON_CHARACTERS = 200;

const firstLine = (text: string): string =>
  cutEnd(text.trim().split('\n')[0] ?? '', MAX_REASON_CHARACTERS) || 'it gave no reason';

type Tool = (args: readonly string[], input?: string) => Promise<Ran>;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @throws Error if the tool cannot be started, or does not end in time */
function run(tool: string, args: readonly string[], limitMs: number, input = ''): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const options = { timeout: limitMs, maxBuffer: MAX_ANSWER_BYTES, encoding: 'utf8' } as const;
    const child = execFile(tool, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve({ code: 0, stdout, stderr });
      if (typeof error.code === 'number') return resolve({ code: error.code, stdout, stderr });
      reject(new Error(error.killed ? 'it does not answer' : `it cannot be started: ${error.message}`));
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
