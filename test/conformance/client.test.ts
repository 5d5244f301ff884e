/** The suite's client scenarios: the suite plays a server (and its authorization server) and checks Hive's requests. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pLimit from 'p-limit';
import { CLIENT_GAPS } from './client-gaps.ts';
import { type ClientLine, clientScenarios, installSuite, runClientScenario } from './suite.ts';

/** Each run starts a gateway and usually a login; more runs at once would only wait for each other. */
const AT_ONCE = 2;
/** About fifty gateways, one after the other, on a machine that may be busy. */
const TIMEOUT_MS = 900_000;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hivetest-conformance-'));
  await installSuite();
});
after(() => rmSync(folder, { recursive: true, force: true }));

for (const line of ['conformance-stable', 'conformance-next'] as const satisfies ClientLine[])
  test(`towards servers Hive must pass the client scenarios of ${line}, logins included`, {
    timeout: TIMEOUT_MS,
  }, async (t) => {
    const scenarios = await clientScenarios(line);
    assert.ok(scenarios.length >= 25, `only ${scenarios.length} scenarios`);
    const limit = pLimit(AT_ONCE);
    const results = await limit.map(scenarios, (scenario) => runClientScenario(line, scenario, folder));
    const failed = results.filter(({ isPassed }) => !isPassed);
    const gaps = Object.keys(CLIENT_GAPS[line] ?? {});
    t.diagnostic(`${results.length - failed.length} of ${results.length} scenarios passed`);
    const news = failed.filter(({ scenario }) => !gaps.includes(scenario));
    assert.deepEqual(
      failed.map(({ scenario }) => scenario).sort(),
      gaps.sort(),
      news.map(({ scenario, output }) => `${scenario}:\n${output.slice(-2000)}`).join('\n\n'),
    );
  });
