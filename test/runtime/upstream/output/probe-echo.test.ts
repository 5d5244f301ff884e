/** What a server prints about Hive's own probe is not taken for its trouble. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerOutput } from '../../../../src/runtime/upstream/output/server-output.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';

function world() {
  const notes: string[] = [];
  const stderr: string[] = [];
  const output = new ServerOutput(
    { onNoise: (text) => void notes.push(text), onStderr: (line) => void stderr.push(line) },
    fakeClock(),
  );
  return { notes, stderr, output };
}

const PYDANTIC = [
  'Failed to validate request: 31 validation errors for ClientRequest',
  'PingRequest.method',
  "  Input should be 'ping' [type=literal_error, input_value='server/discover', input_type=str]",
  '    For further information visit https://errors.pydantic.dev/2.11/v/literal_error',
  'InitializeRequest.params.protocolVersion',
  '  Field required [type=missing]',
  'Message: x',
];

test('the page that an older Python server prints at the probe must be left out, and be counted', () => {
  const { output, stderr, notes } = world();
  output.stderr('starting up\n');
  output.stderr(`${PYDANTIC.slice(0, 4).join('\n')}\n`);
  output.stderr(`${PYDANTIC.slice(4, 6).join('\n')}\nwarning: low disk\n`);
  output.flush();
  assert.deepEqual(stderr, ['starting up', 'warning: low disk']);
  assert.deepEqual(notes, ['its answer to the version probe (server/discover) is left out here: 6 lines']);
  assert.deepEqual(output.last.stderr, ['starting up', 'warning: low disk']);
});

test('a traceback and a single line about the probe must be left out as well', () => {
  const { output, stderr } = world();
  output.stderr(
    'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\n    handle(method)\nValueError: unknown method server/discover\n',
  );
  output.stderr('Unknown method: server/discover\nready\n');
  output.flush();
  assert.deepEqual(stderr, ['ready']);
});

test('what is not about the probe must be passed on at once, and everything once the server is up', () => {
  const { output, stderr } = world();
  output.stderr('one\n  more of it\n');
  assert.deepEqual(stderr, ['one', '  more of it']);
  output.started();
  output.stderr('a client asked for server/discover\n');
  assert.equal(stderr.at(-1), 'a client asked for server/discover');
});

test('a page about the probe that is read only after the start must be logged, but not quoted as the cause of a failure', () => {
  const { output, stderr } = world();
  output.started();
  output.stderr(`${PYDANTIC.slice(0, 6).join('\n')}\n`);
  output.stderr('fatal: out of luck\n');
  output.flush();
  assert.equal(stderr.length, 7);
  assert.deepEqual(output.last.stderr, ['fatal: out of luck']);
});
