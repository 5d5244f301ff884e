/** Literal secrets in places where other programs allow more than a whole value. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Keys } from '../../src/config/foreign/keys.ts';
import { convert, NO_TARGET } from '../../src/import/convert.ts';
import { resolveReferences } from '../../src/model/references.ts';

function converted(keys: Keys) {
  const file = { format: 'test', servers: [{ name: 'x', keys }] };
  const part = { file, path: '/p/.cursor/mcp.json', home: '/home/me', target: '/p' };
  const { servers, variables } = convert([part], NO_TARGET);
  return { entry: servers.get('x') ?? {}, variables };
}

const places: Readonly<Record<string, Keys>> = {
  'an option in a command line': { command: 'npx -y foo --api-key sk-hunter2345' },
  'a quoted option in a command line': { command: `npx foo --password "hunter2 and more" '--token=hunter2'` },
  'a variable before a command': { command: 'FOO_TOKEN=hunter2 npx foo' },
  'a key by its shape in a command line': { command: 'npx foo ghp_hunter2hunter2' },
  'a header in a command line': {
    command: `curl -H "Authorization: Bearer aB/c+hunter2==" -H 'X-Api-Key:hunter2' u`,
  },
  'a URL in a command line': { command: 'npx foo https://h/mcp?api_key=hunter2 postgres://u:hunter2@h/d' },
  'a script of a shell': { command: 'sh', args: ['-c', 'export API_KEY=hunter2; exec foo --token hunter2'] },
  'JSON as an argument': {
    command: 'x',
    args: ['--config', '{"apiKey":"hunter2","b":{"token": "hunter2"}}'],
  },
  'a literal before a reference': { command: 'x', env: { API_KEY: 'hunter2345${SUFFIX}' } },
  'a key by its shape after a reference': { command: 'x', env: { OPTS: '${A}sk-hunter2345' } },
  'a literal after a scheme': { url: 'https://h/', headers: { Authorization: 'Bearer hunter2345${S}' } },
  'the default of a reference': { command: 'x', env: { API_KEY: '${API_KEY:-hunter2}' } },
  'a password beside a parameter': { url: 'https://u:hunter2@h/mcp?key=hunter2' },
  'a user that is a token': { url: 'https://hunter2hunter2hunter2@h/mcp' },
  'a signature': { url: 'https://h/mcp?sig=hunter2hunter2hunter2' },
  'a fragment': { url: 'https://h/mcp#token=hunter2' },
  'a key by its shape in a path': { url: 'https://h/sk-hunter2345/mcp' },
  'a random part of a path': { url: 'https://h/s/Ahunter2hunter2hunter2hunter2hunter2/mcp' },
  'a private key': {
    command: 'x',
    env: { PEM: '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----' },
  },
  'a webhook': { command: 'x', env: { HOOK_URL: 'https://hooks.slack.com/services/T0/B0/hunter2' } },
  'a short option': { command: 'x', args: ['-u', 'me', '-p', 'hunter2'] },
  'a password that begins with a dash': { command: 'x', args: ['--password', '-hunter2', '--verbose'] },
  'both in a command line': { command: 'x -p hunter2 --password -hunter2' },
  'a list of variables': { command: 'x', env: ['API_KEY=hunter2345', 'OTHER=b'] },
  'arguments of a build': { build: { context: '.', args: { TOKEN: 'hunter2' } } },
};

for (const [place, keys] of Object.entries(places))
  test(`a literal secret must leave the entry: ${place}`, () => {
    const { entry, variables } = converted(keys);
    assert.doesNotMatch(JSON.stringify(entry), /hunter2/);
    assert.match([...variables.values()].join(), /hunter2/);
    const resolved = JSON.stringify(entry, (_, value) =>
      typeof value === 'string' ? resolveReferences(value, Object.fromEntries(variables)) : value,
    );
    if (!/\$\{/.test(JSON.stringify(keys)))
      for (const value of Object.values(keys).filter((it) => typeof it === 'string'))
        assert.ok(resolved.includes(JSON.stringify(value)), `${resolved} must have ${value}`);
  });

test('texts without a secret must stay as they are', () => {
  const entries: readonly Keys[] = [
    { command: 'npx -y foo --key-file /srv/key --keyboard de NAME=value "a: b" https://h/x?y=z' },
    { command: 'sh', args: ['-c', 'cd /srv && exec foo --port 8080 --name "x y"'] },
    { command: 'x', args: ['--config', '{"port":1,"name":"x"}'] },
    { command: 'x', env: { API_KEY: '${PREFIX}-${REST}', AUTH: 'Bearer ${TOKEN}', PORT: '${PORT:-8080}' } },
    { command: 'npx', args: ['-y', '-p', 'typescript', 'tsc', '-p', './x', '--token', '--verbose'] },
    { command: 'docker', args: ['run', '-p', '8080:80/tcp', '-p', '127.0.0.1:1:1', '--api-key', '--x'] },
    { command: 'npx -p @scope/pkg -p pkg@1.2 tsc --password --verbose -p 80' },
    { url: 'https://h/api/v1/mcp?code=us&mode=a' },
    { url: 'https://mcp.example.com/projects/0f5d6a52-6f0e-4a1c-9a8e-0c9d0c0b7f11/mcp' },
  ];
  for (const keys of entries) {
    const { entry, variables } = converted(keys);
    assert.deepEqual([entry, variables.size], [keys, 0]);
  }
});
