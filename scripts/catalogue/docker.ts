/** Reads a checkout of docker/mcp-registry: a work tree, or a bare repository. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Entry } from '../../src/catalogue/entry/entry.ts';
import { readDocker } from '../../src/catalogue/formats/docker.ts';
import { encode, FOLDER } from './shipped.ts';

/** The shipped file may not grow beyond this. */
const MAX_BYTES = 64 << 10;

/** Writes catalogue/docker.json.br, and the licence of the checkout beside it. */
export function makeDocker(checkout: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', checkout, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const commit = git('rev-parse', 'HEAD').trim();
  const paths = git('ls-tree', '-r', '--name-only', 'HEAD', 'servers').trim().split('\n');
  const has = new Set(paths);
  const entries: Entry[] = [];
  for (const path of paths) {
    const [, folder = '', file] = path.split('/');
    if (file !== 'server.yaml') continue;
    const tools = `servers/${folder}/tools.json`;
    try {
      const data = parse(git('show', `HEAD:${path}`));
      entries.push(
        readDocker(folder, data, has.has(tools) ? JSON.parse(git('show', `HEAD:${tools}`)) : undefined),
      );
    } catch (error) {
      process.stderr.write(`${path} is left out: it ${(error as Error).message}\n`);
    }
  }
  entries.sort((a, b) => (a.id < b.id ? -1 : 1));
  const repository = 'https://github.com/docker/mcp-registry';
  const bytes = encode({ source: 'docker', repository, commit }, entries);
  if (bytes.length > MAX_BYTES) throw new Error(`${bytes.length} bytes are more than ${MAX_BYTES}`);
  writeFileSync(join(FOLDER, 'docker.json.br'), bytes);
  writeFileSync(join(FOLDER, 'docker.LICENSE'), git('show', 'HEAD:LICENSE'));
  process.stdout.write(`${entries.length} entries, ${bytes.length} bytes, commit ${commit}\n`);
}
