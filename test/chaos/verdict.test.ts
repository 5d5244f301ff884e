/** What fails a chaos run, and what does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RPC } from '../../src/wire/codes.ts';
import { causeOf } from './causes.ts';
import { Inbox } from './clients/inbox.ts';
import { Refusal } from './clients/message.ts';
import { Ledger, UPDATES, type Weather } from './ledger.ts';
import type { SoakReport } from './soak.ts';
import { verdict } from './verdict.ts';

const GONE = causeOf(new Refusal({ code: RPC.SERVER_GONE, message: 'a was killed' }));
const LATE = causeOf(new Refusal({ code: RPC.CALL_TIMEOUT, message: 'a did not answer' }));

function reportOf(parts: Partial<SoakReport> = {}): SoakReport {
  const empty = { seed: 1, seconds: 1, kills: 1, rounds: 1, faults: new Map(), ledger: new Ledger() };
  return { ...empty, lost: [], leftovers: [], growths: [], ...parts };
}

/** A ledger of `right` calls, and of those that failed for `cause`. */
function ledgerOf(weather: Weather, right: number, failed: number, cause: string): Ledger {
  const ledger = new Ledger();
  ledger.setWeather(weather);
  for (let call = 0; call < right; call += 1) ledger.begin('a')();
  for (let call = 0; call < failed; call += 1) ledger.begin('a')(cause);
  return ledger;
}

const FAILURES: readonly [what: string, ledger: Ledger, problem: RegExp | undefined][] = [
  ['some are killed in a storm', ledgerOf('storm', 900, 100, GONE), undefined],
  ['most are killed in a storm', ledgerOf('storm', 100, 900, GONE), /^a failed 900 of 1000 calls/],
  ['one is killed while nothing is', ledgerOf('gentle', 999, 1, GONE), /no allowed cause \(gentle\)/],
  ['few are late while nothing is killed', ledgerOf('gentle', 995, 5, LATE), undefined],
  ['many are late while nothing is killed', ledgerOf('gentle', 900, 100, LATE), /^100 of 1000 calls/],
  ['one fails for a cause that is not listed', ledgerOf('storm', 999, 1, causeOf(new Error('?'))), /unknown/],
  ['none is answered', ledgerOf('storm', 0, 1, GONE), /^a never answered/],
];
for (const [what, ledger, problem] of FAILURES)
  test(`the verdict on calls of which ${what}`, () => {
    const problems = verdict(reportOf({ ledger }));
    if (problem) assert.match(problems.join('\n'), new RegExp(problem, 'm'));
    else assert.deepEqual(problems, []);
  });

test('containers may answer less often while their engine is killed, but not never', () => {
  const faults = new Map([['kill -9 the engine', 2]]);
  const most = ledgerOf('storm', 20, 80, causeOf(new Refusal({ code: RPC.NOT_SERVING, message: 'no' })));
  const ofServer = (faults: ReadonlyMap<string, number>): string[] =>
    verdict(reportOf({ ledger: most, faults })).filter((it) => it.startsWith('a failed'));
  assert.deepEqual([ofServer(new Map()).length, ofServer(faults).length], [1, 0]);
  assert.match(verdict(reportOf({ ledger: ledgerOf('storm', 0, 9, GONE), faults })).join(), /never answered/);
});

test('updates that never come must fail the run, however many calls were answered', () => {
  const ledger = ledgerOf('gentle', 5_000, 0, '');
  const missed = causeOf(new Error('no update of a followed resource came: modern HTTP of a'));
  for (let update = 0; update < 4; update += 1) {
    ledger.begin('a')(missed);
    ledger.begin(UPDATES.modern)(missed);
  }
  assert.match(verdict(reportOf({ ledger })).join('\n'), /^updates for modern clients failed 4 of 4/m);
});

test('a gateway may hold more at its end only for sessions that were left without a word', () => {
  const growth = { pid: 1, bytes: 0, kept: 0, abandoned: 0, descriptors: 100 };
  assert.match(verdict(reportOf({ growths: [growth] })).join(), /more open files/);
  assert.deepEqual(verdict(reportOf({ growths: [{ ...growth, abandoned: 10 }] })), []);
  assert.match(verdict(reportOf({ growths: [{ ...growth, bytes: 2 ** 25 }] })).join(), /grew by 32 MiB/);
  const keeper = { ...growth, descriptors: 0, kept: 129 * 2 ** 20 };
  assert.match(verdict(reportOf({ growths: [keeper] })).join(), /keeps 135266304 bytes for clients/);
  assert.deepEqual(verdict(reportOf({ growths: [{ ...keeper, kept: 100 * 2 ** 20 }] })), []);
});

test('a call that began in another weather must count as one of the storm', () => {
  const ledger = new Ledger();
  ledger.setWeather('gentle');
  const settle = ledger.begin('a');
  ledger.setWeather('storm');
  ledger.setWeather('gentle');
  settle(GONE);
  assert.deepEqual([ledger.tallies('gentle').size, ledger.tallies('storm').size], [0, 1]);
});

const PROGRESS_OF_EVE = { progressToken: 'eve#1', progress: 1, message: 'eve eve#1 x' };
test('an inbox must notice what is not meant for its client, and second answers', async () => {
  const ledger = new Ledger();
  const inbox = new Inbox('ada', ledger);
  const { answer } = inbox.expect('ada#1');
  inbox.take({ id: 'ada#1', result: {} });
  await answer;
  assert.equal(ledger.violations.size, 0);
  inbox.take({ id: 'ada#1', result: {} });
  assert.equal(ledger.violations.get('doubled')?.length, 1);
  inbox.take({ id: 'eve#1', result: {} });
  inbox.take({ id: 1, method: 'elicitation/create', params: { message: 'eve eve#1' } });
  inbox.take({ method: 'notifications/resources/updated', params: { uri: 'watch://a/eve' } });
  assert.equal(ledger.violations.get('foreign')?.length, 3);
  inbox.take({ method: 'notifications/progress', params: PROGRESS_OF_EVE });
  assert.equal(ledger.violations.get('foreign')?.length, 4);
});
