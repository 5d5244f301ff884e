/** Previews show what changes, and no value of others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIENTS } from '../../src/clients/clients.ts';
import { entryFor } from '../../src/clients/dialects.ts';
import { diffLines } from '../../src/clients/diff.ts';
import { withEntry } from '../../src/clients/edit/edit.ts';
import { MASK, shownOf } from '../../src/clients/mask.ts';

const TOKEN = 'hive_abcdef';
const SECRETS = ['sk-live-1', 'sk-live-2', 'sk-live-3', 'sk-live-4'];
const [A = '', B = '', C = '', D = ''] = SECRETS;

const TEXTS = {
  json: `{\n  // key: ${A}\n  "KEY": {\n    "a": { "args": ["${B}"], "env": { "K": "${C}" } } /* ${D} */\n  }\n}\n`,
  toml: `# ${A}\n[KEY.a]\nargs = ["${B}"]\nenv = { K = '${C}', L = """\n${D}\n""" }\n`,
  yaml: `# ${A}\nKEY:\n  a:\n    args: [${B}]\n    env:\n      K: ${C} # ${D}\n    more: |\n      ${D}\n`,
};

test('a preview must show the new entry, and neither its token nor anything of others', () => {
  for (const client of CLIENTS.filter(({ shape }) => shape === 'map')) {
    const { format, key } = client;
    const before = TEXTS[format].replaceAll('KEY', key[0] ?? '');
    const entry = entryFor(
      client,
      { kind: 'http', url: 'http://127.0.0.1:1/mcp', token: { value: TOKEN } },
      'hive',
    );
    const after = withEntry(before, client, 'hive', entry);
    const text = diffLines({ before, after, format, shown: shownOf(entry, TOKEN) }).join('\n');
    for (const secret of [...SECRETS, TOKEN]) assert.ok(!text.includes(secret), `${client.id}: ${text}`);
    assert.match(text, /^\+.*127\.0\.0\.1:1\/mcp/m, client.id);
    assert.ok(text.includes(MASK), client.id);
  }
});

test('a preview must be a unified diff of whole lines', () => {
  const before = '{\n  "a": 1,\n  "b": 2,\n  "c": 3,\n  "d": "x"\n}\n';
  const after = withEntry(before, { format: 'json', key: ['s'], shape: 'map' }, 'hive', { url: 'u' });
  assert.deepEqual(diffLines({ before, after, format: 'json', shown: new Set(['u']) }), [
    '@@ -2,5 +2,10 @@',
    '   "a": 1,',
    '   "b": 2,',
    '   "c": 3,',
    `-  "d": "${MASK}"`,
    `+  "d": "${MASK}",`,
    '+  "s": {',
    '+    "hive": {',
    '+      "url": "u"',
    '+    }',
    '+  }',
    ' }',
  ]);
  assert.deepEqual(diffLines({ before, after: before, format: 'json', shown: new Set() }), []);
  assert.deepEqual(diffLines({ before: '', after: '{}\n', format: 'json', shown: new Set() }), [
    '@@ -0,0 +1,1 @@',
    '+{}',
  ]);
});
