/** Each place that quotes text of others within a length: a secret at the cut must not show a part of itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutMiddle } from '../../src/model/text/cut.ts';
import { toJson } from '../../src/model/text/json.ts';
import { notMcpError, RedirectError, StatusError } from '../../src/runtime/links/http/errors.ts';
import { createLogs } from '../../src/runtime/memory/logs.ts';
import { ListEntries } from '../../src/runtime/upstream/list-entries.ts';
import { noCommonVersion } from '../../src/runtime/upstream/modern/discover.ts';
import { Excerpt } from '../../src/runtime/upstream/output/excerpt.ts';
import { createTail } from '../../src/runtime/upstream/output/tail.ts';
import { errorMessage } from '../../src/runtime/upstream/requests/failures.ts';
import { StartProgress } from '../../src/runtime/upstream/start-progress.ts';
import { createRedactKnown } from '../../src/secrets/redact.ts';
import { createFramer, display } from '../../src/wire/framing.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

const SECRET = 'Kq7"vBé2mZt+9xLw4Ry';
/** Forms in which a server may write it. */
const FORMS = [
  SECRET,
  JSON.stringify(SECRET).slice(1, -1),
  encodeURIComponent(SECRET),
  Buffer.from(SECRET).toString('base64'),
];

const URL = 'http://127.0.0.1:1/mcp';

/** What people see of a foreign text, and the lengths at which it is cut. */
const PLACES: Readonly<
  Record<string, readonly [at: readonly number[], quoted: (text: string) => string | Promise<string>]>
> = {
  'the body of a refusal': [[300], (text) => new StatusError(URL, 401, Buffer.from(text)).message],
  'a body that is not MCP': [[300], (text) => notMcpError(URL, 'text/html', Buffer.from(text)).message],
  'an address that is no URL': [
    [200],
    (text) => new RedirectError(URL, 302, ` ${text.slice(1)}`, 'no').message,
  ],
  'noise on stdout': [[2_000, 8_000], (text) => display(Buffer.from(text))],
  'the head of a line over the limit': [[256], overTheLimit],
  'a line of stderr in a quote': [[1_000], tailOf],
  'a line of stderr without an end': [[1_000, 8_192], linesOf],
  'long lines of stderr in an excerpt': [[408, 1_000], excerptOf],
  'the message of an error': [[500], (text) => errorMessage(toJson({ code: 1, message: text }))],
  'the last line of a start': [[200], lastLineOf],
  'protocol versions': [[200], (text) => noCommonVersion('s', [text]).message],
  'a key in a list': [[200], notesOf],
  'a line of a log': [[4_096], logOf],
  'a message about a config': [[500], (text) => cutMiddle(text, 1_000)],
};

function overTheLimit(text: string): string {
  const shown: string[] = [];
  const framer = createFramer({ message() {}, noise: (it) => void shown.push(it) }, 100);
  framer.push(Buffer.from(`${text}\n`));
  return shown.join('\n');
}

function tailOf(text: string): string {
  const tail = createTail(() => {});
  tail.push(`${text}\n`);
  return tail.lines().join('\n');
}

function linesOf(text: string): string {
  const shown: string[] = [];
  const tail = createTail((line) => void shown.push(line));
  tail.push(text.slice(0, 8_192));
  tail.push(text.slice(8_192));
  tail.flush();
  return [...shown, ...tail.lines()].join('\n');
}

function excerptOf(text: string): string {
  const excerpt = new Excerpt();
  for (let n = 0; n < 20; n++) excerpt.push(text);
  return excerpt.lines().join('\n');
}

function lastLineOf(text: string): string {
  const shown: (string | undefined)[] = [];
  const show = (what: string | undefined): void => void shown.push(what);
  const progress = new StartProgress({ clock: fakeClock(), ms: 1, lastLine: () => text, show, tooLate() {} });
  progress.preparing('installing');
  progress.close();
  return shown.join('\n');
}

async function notesOf(text: string): Promise<string> {
  const entries = new ListEntries('tools', 'legacy');
  await entries.add(toJson([{ name: text }, { name: text }]));
  return entries.notes.join('\n');
}

function logOf(text: string): string {
  const logs = createLogs({ now: () => 0 });
  logs.add('s', 'stderr', text);
  return logs.read('s')[0]?.text ?? '';
}

const redact = createRedactKnown([SECRET]);
const gramsOf = (text: string): string[] =>
  Array.from({ length: text.length - 3 }, (_, at) => text.slice(at, at + 4));

for (const [place, [lengths, quoted]] of Object.entries(PLACES))
  test(`${place} must show no part of a secret through which it is cut`, async () => {
    for (const form of FORMS)
      for (const length of lengths)
        for (let inside = -3; inside <= form.length + 3; inside++) {
          const text = `${'# '.repeat(length).slice(0, length - inside)}${form}${' #'.repeat(9_000)}`;
          const shown = redact(await quoted(text));
          const left = gramsOf(form).filter((gram) => shown.includes(gram));
          assert.deepEqual(left, [], `${form} at ${length - inside}: ${around(shown, left[0])}`);
        }
  });

function around(text: string, part = ''): string {
  const at = text.indexOf(part);
  return text.slice(Math.max(0, at - 40), at + 40);
}
