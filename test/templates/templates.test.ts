/** Templates: which version a reference means, and the entry that a template makes. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { processFiles } from '../../src/files/process-files.ts';
import { fillTemplate } from '../../src/templates/fill.ts';
import { compareVersions, findTemplate } from '../../src/templates/find.ts';
import { readTemplates } from '../../src/templates/read.ts';
import { parseTemplate } from '../../src/templates/template.ts';

const SHIPPED = join(import.meta.dirname, '../../templates');

const of = (name: string, version: string, text = 'server: { image: x }') =>
  parseTemplate(text, { name, version, origin: 'user' });

const ALL = ['1', '2.0.0', '2.1.0', '2.10.0', '3.0.0-rc.1'].map((version) => of('agent', version));

for (const [reference, version] of [
  ['agent', '2.10.0'],
  ['agent@2', '2.10.0'],
  ['agent@2.1', '2.1.0'],
  ['agent@1', '1'],
  ['agent@3.0.0-rc.1', '3.0.0-rc.1'],
  ['agent@3', undefined],
  ['agent@', '2.10.0'],
  ['other', undefined],
] as const)
  test(`${reference} must mean ${version}`, () =>
    assert.equal(findTemplate(ALL, reference)?.version, version));

test('versions must be compared by number, and a prerelease come before its release', () => {
  assert.deepEqual(['10', '2', '1.0.0-b', '1.0.0', '1.0.0-a'].sort(compareVersions), [
    '1.0.0-a',
    '1.0.0-b',
    '1.0.0',
    '2',
    '10',
  ]);
});

const TEXT = `
parameters: { type: object, properties: { key: { type: string, x-secret: true }, port: { type: integer } } }
server:
  image: "\${parameters.image}"
  port: "\${parameters.port}"
  command: [serve, "\${parameters.args}", "--name=\${name}", "--level=\${parameters.level}"]
  env: { KEY: "\${parameters.key}", LEVEL: "\${parameters.level}", HOME_OF: "\${HOME}" }
`;

test('parameters keep their types, lists become items, and what has no value is left out', () => {
  const parameters = { image: 'x', port: 80, args: ['a', 'b'], key: '${secret:KEY}' };
  assert.deepEqual(fillTemplate(of('t', '1', TEXT), 'mine', parameters), {
    image: 'x',
    port: 80,
    command: ['serve', 'a', 'b', '--name=mine'],
    env: { KEY: '${secret:KEY}', HOME_OF: '${HOME}' },
  });
});

test('a value must never become a reference, unless it is for a secret', () => {
  const parameters = { image: '${PASSWORD}', level: '$HOME ${parameters.key}', key: '${KEY}' };
  const { image, env, command } = fillTemplate(of('t', '1', TEXT), 'mine', parameters);
  assert.deepEqual(
    [image, (env as Record<string, string>).LEVEL],
    ['$${PASSWORD}', '$$HOME $${parameters.key}'],
  );
  assert.deepEqual(command, ['serve', '--name=mine', '--level=$$HOME $${parameters.key}']);
});

test('every shipped template must be read, with a title and described parameters', async () => {
  const { templates, problems } = await readTemplates([{ path: SHIPPED, origin: 'shipped' }], processFiles);
  assert.deepEqual(problems, []);
  assert.deepEqual(templates.map(({ name, version }) => `${name}@${version}`).sort(), [
    'agent-mcp@1',
    'agent-mcp@2',
    'dockerfile@1',
    'image-http@1',
    'image-stdio@1',
    'node-npm@1',
    'python-pypi@1',
  ]);
  for (const { name, title, description, parameters } of templates) {
    assert.ok(title !== name && description.length > 20, name);
    for (const [key, schema] of Object.entries(Object(parameters.properties)))
      assert.ok((schema as { description?: string }).description, `${name} ${key}`);
  }
});

test('a folder of the user counts over the shipped one; other files are named, and do no harm', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-templates-'));
  try {
    mkdirSync(join(folder, 'agent-mcp'));
    writeFileSync(join(folder, 'agent-mcp/2.yaml'), 'title: Mine\nserver: { image: mine }\n');
    writeFileSync(join(folder, 'agent-mcp/4.yaml'), 'title: [\n');
    writeFileSync(join(folder, 'agent-mcp/notes.txt'), 'x');
    const folders = [
      { path: SHIPPED, origin: 'shipped' as const },
      { path: folder, origin: 'user' as const },
    ];
    const { templates, problems } = await readTemplates(folders, processFiles);
    const found = findTemplate(templates, 'agent-mcp');
    assert.deepEqual([found?.title, found?.origin], ['Mine', 'user']);
    assert.match(problems.join(), /agent-mcp\/4\.yaml is no template: /);
    assert.match(
      (await readTemplates([{ path: '/nowhere', origin: 'user' }], processFiles)).problems.join(),
      /nowhere/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
