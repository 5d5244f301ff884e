/** Whether git would commit a file. */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { findProgram } from '../../setup/find-tools.ts';

const TIMEOUT_MS = 2_000;
/** What `git check-ignore` exits with for a file that no rule ignores; outside a repository with 128. */
const NOT_IGNORED = 1;

/** False outside a repository, and where there is no git to say it. */
export function isUnignored(path: string, env: Readonly<Record<string, string | undefined>>): boolean {
  if (findProgram('git', env) === undefined) return false;
  const options = { cwd: dirname(path), timeout: TIMEOUT_MS, stdio: 'ignore' } as const;
  return spawnSync('git', ['check-ignore', '-q', path], options).status === NOT_IGNORED;
}
