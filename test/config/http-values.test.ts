/** URLs and headers that can never work, as problems of the config file. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadStack } from '../../src/config/load.ts';
import type { ConfigError } from '../../src/config/source/diagnostics.ts';
import type { Values } from '../../src/model/references.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hive-http-values-'));
after(() => rmSync(FOLDER, { recursive: true }));

/** Problems of a stack with one remote entry, whose URL is on line 3 and whose headers are on line 4. */
async function problems(entry: { url?: string; headers?: object }, values: Values = {}) {
  const { url = 'https://h.test/mcp', headers = {} } = entry;
  const file = join(FOLDER, 's.yaml');
  writeFileSync(
    file,
    `servers:\n  away:\n    url: ${JSON.stringify(url)}\n    headers: ${JSON.stringify(headers)}\n`,
  );
  return loadStack(file, values).then(
    () => [],
    (error: ConfigError) =>
      error.problems.map(({ message, hint, place }) => `${place.line}: ${message}; ${hint}`),
  );
}

for (const [url, expected] of [
  ['https://', /^3: "url" of server "away" has no host/],
  ['https:///mcp', /has no host/],
  ['https://user@/mcp', /has no host/],
  ['https://exa mple.com/mcp', /has a blank/],
  ['https://h.test/mcp ', /has a blank/],
  ['http://127.0.0.1:99999/mcp', /has a port above 65535, 99999/],
  ['http://127.0.0.1:http/mcp', /is not a URL/],
  ['https://<your-host>/mcp', /holds a placeholder, <your-host>/],
  ['https://h.test/mcp/<tenant id>', /holds a placeholder, <tenant id>/],
  ['https://{region}.h.test/mcp', /holds a placeholder, \{region\}/],
  ['https://[::1/mcp', /is not a URL/],
  ['https://a..b^c/mcp', /is not a URL/],
  ['https://${HOST}:99999/mcp', /with the value of \$\{HOST\}, has a port above 65535;/],
] as const)
  test(`a URL that leads nowhere must be told when the file is read: ${url}`, async () => {
    const [problem = '', ...others] = await problems({ url });
    assert.match(problem, expected);
    assert.deepEqual(others, []);
  });

for (const [value, expected] of [
  ['foo', /must begin with http/],
  ['https://', /no host/],
  ['https://<s3cret>/', /a placeholder;/],
  ['https://h.test/mcp\n', /a blank/],
  ['', /must begin/],
] as const)
  test(`a URL must be checked with the value of its variable, which is not shown: ${value}`, async () => {
    const [problem = ''] = await problems({ url: '${MY_URL}' }, { MY_URL: value });
    assert.match(problem, expected);
    assert.match(problem, /^3: .*with the value of \$\{MY_URL\}.*correct \$\{MY_URL\} in \.env/);
    assert.doesNotMatch(problem, /foo|s3cret/);
  });

for (const url of [
  'https://h.test',
  'HTTPS://h.test/mcp',
  'http://[::1]:8080/mcp?a=b#c',
  'https://${HOST}/mcp',
  '${ALL}',
  '${ALL}/mcp',
  'https://${HOST:-h.test}:${PORT}/mcp',
  'https://bücher.test/mcp?q=%7Bx%7D',
])
  test(`a URL that can work must pass, whatever variables have no value yet: ${url}`, async () => {
    assert.deepEqual(await problems({ url: url.replace('HTTPS', 'https') }), []);
  });

for (const [headers, expected] of [
  [{ Authorization: 'Bearer a\nb' }, /^4: header "Authorization" of server "away" has a line break/],
  [{ Authorization: 'Bearer “a”' }, /character that no header can carry/],
  [
    { Authorization: 'Bearer ${TOKEN}' },
    /with the value of \$\{TOKEN\}, has a line break.*correct \$\{TOKEN\}/,
  ],
  [{ 'Content-Length': '5' }, /belongs to the connection/],
  [{ connection: 'close' }, /belongs to the connection/],
] as const)
  test(`a header that cannot be sent must be told when the file is read: ${JSON.stringify(headers)}`, async () => {
    const [problem = '', ...others] = await problems({ headers }, { TOKEN: 's3cret\n' });
    assert.match(problem, expected);
    assert.doesNotMatch(problem, /s3cret/);
    assert.deepEqual(others, []);
  });

test('headers that can be sent must pass', async () => {
  const headers = {
    Authorization: 'Bearer ${NOT_SET}',
    'X-Umlaut': 'größe',
    'X-Tab': 'a\tb',
    Host: 'h.test',
  };
  assert.deepEqual(await problems({ headers }), []);
});
