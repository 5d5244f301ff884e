/** A fix must be what can be typed into the file: JSON has quotes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonHint } from '../../../src/config/source/json-hint.ts';

for (const [yaml, json] of [
  ['write cpus: 0.5, without quotes', 'write "cpus": 0.5, without quotes'],
  ['write type: container with transport: http', 'write "type": "container" with "transport": "http"'],
  ['write timeouts: { call: … }', 'write "timeouts": { "call": … }'],
  ['write dockerfile: ./Dockerfile', 'write "dockerfile": "./Dockerfile"'],
  ['write env: { NAME: value }', 'write "env": { "NAME": "value" }'],
  ['write servers: { NAME: { command: … } }', 'write "servers": { "NAME": { "command": … } }'],
  ['write args: [a, b]', 'write "args": ["a", "b"]'],
  [
    'add clientId, and clientSecret: ${VAR} or privateKey: { file: PATH }',
    'add clientId, and "clientSecret": "${VAR}" or "privateKey": { "file": PATH }',
  ],
  [
    'write B: ${B} to pass on the variable, or B: "" for an empty one',
    'write "B": "${B}" to pass on the variable, or "B": "" for an empty one',
  ],
  [
    'leave it out: Hive finds containers by their labels',
    'leave it out: Hive finds containers by their labels',
  ],
  ['known keys: type, command', 'known keys: type, command'],
  ['did you mean "command"?', 'did you mean "command"?'],
] as const)
  test(`in a JSON file: ${yaml}`, () => assert.equal(jsonHint(yaml), json));
