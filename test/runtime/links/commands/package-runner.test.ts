/** Commands that install a package before they run it are recognized, with the package. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageRunner } from '../../../../src/runtime/links/commands/package-runner.ts';

const runs: [line: string, tool: string, what: string][] = [
  ['npx -y mongodb-mcp-server@3.0.4 --readOnly', 'npx', 'mongodb-mcp-server@3.0.4'],
  ['/usr/bin/npx --yes --package=@a/b c', 'npx', '@a/b'],
  ['npx.cmd -p @a/b c', 'npx', '@a/b'],
  ['npm exec -y -- pkg', 'npx', 'pkg'],
  ['npm --prefix /x exec pkg', 'npx', 'pkg'],
  ['bunx pkg', 'bunx', 'pkg'],
  ['bun x pkg', 'bunx', 'pkg'],
  ['pnpm dlx pkg', 'pnpm', 'pkg'],
  ['uvx mcp-server-time', 'uv', 'mcp-server-time'],
  ['uvx --python 3.12 --from git+https://x/y server', 'uv', 'git+https://x/y'],
  ['uv tool run pkg', 'uv', 'pkg'],
  ['uv --directory /x run server.py', 'uv', 'server.py'],
  ['pipx run --spec a b', 'pipx', 'a'],
  ['dnx pkg --yes', 'dnx', 'pkg'],
  ['docker run -i --rm mcp/time', 'docker', 'its image'],
  ['podman container run x', 'docker', 'its image'],
];
for (const [line, tool, what] of runs)
  test(`installs first: ${line}`, () => {
    const [command = '', ...args] = line.split(' ');
    assert.deepEqual(packageRunner(command, args), { tool, what });
  });

for (const line of [
  'node server.mjs',
  'npm run start',
  'uv sync',
  'pipx list',
  'docker exec x',
  'npxx pkg',
  'npx',
])
  test(`installs nothing: ${line}`, () => {
    const [command = '', ...args] = line.split(' ');
    assert.equal(packageRunner(command, args), undefined);
  });
