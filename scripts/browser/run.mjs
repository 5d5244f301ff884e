/**
 * `npm run browser [-- PICTURE.png]`: shows the page at `/` of a real gateway in a real browser, and fails unless it is drawn as it
 * should be, without scripts, with links that work. Needs a build and Chromium (`apt-get install chromium`).
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findChromium, openPage } from './chromium.mjs';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'dist/main.js');
const [picture] = process.argv.slice(2);

const command = findChromium();
if (command === undefined) throw new Error('no browser is installed: apt-get install chromium');
const folder = mkdtempSync(join(tmpdir(), 'hive-browser-stack-'));
const file = join(folder, 'hive.json');
const echo = { command: [process.execPath, join(ROOT, 'test/servers/echo.mjs')] };
const broken = {
  command: [process.execPath, '-e', 'console.error("<script>document.title=1</script>");process.exit(3)'],
};
writeFileSync(
  file,
  JSON.stringify({
    gateway: { port: 0 },
    servers: { echo, broken },
    views: { small: { servers: ['echo'] } },
  }),
);
const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state'), HIVE_COMMAND: 'hive' };
const hive = spawn(process.execPath, [PROGRAM, 'up', '-c', file], {
  env,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise((resolve) => hive.once('exit', resolve));
try {
  const root = await rootOf(hive.stdout);
  const page = await openPage(command, root);
  try {
    await look(page, root);
  } finally {
    await page.close();
  }
} finally {
  hive.kill();
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
console.log('1 passed, 0 failed');

/** @param {import('node:stream').Readable} stdout */
async function rootOf(stdout) {
  for await (const line of createInterface({ input: stdout })) {
    const [root] = /http:\/\/127\.0\.0\.1:\d+\//.exec(line) ?? [];
    if (root !== undefined) {
      stdout.resume();
      return root;
    }
  }
  throw new Error('the gateway did not start');
}

/**
 * @param {Awaited<ReturnType<typeof openPage>>} page
 * @param {string} root
 */
async function look(page, root) {
  await page.open();
  await page.open(root);
  assert.match(String(await page.value('document.title')), /^Hive: /);
  assert.equal(await page.value('document.scripts.length'), 0);
  const shown = String(await page.value('document.body.innerText'));
  for (const text of ['echo', 'broken', 'hive connect', 'Cursor', 'VS Code', `${root}mcp?view=small`])
    assert.ok(shown.includes(text), `${text} is shown`);
  assert.equal(
    await page.value('getComputedStyle(document.querySelector("table")).borderCollapse'),
    'collapse',
    'the style counts',
  );
  const links = /** @type {string[]} */ (await page.value('[...document.links].map(it => it.href)'));
  for (const begin of ['cursor://anysphere.cursor-deeplink/', 'vscode:mcp/install?'])
    assert.ok(
      links.some((link) => link.startsWith(begin)),
      begin,
    );
  if (picture !== undefined) writeFileSync(picture, await page.picture());
  for (const link of links.filter((it) => it.startsWith(root))) {
    await page.open(link);
    assert.notEqual(await page.value('document.body.innerText'), '', `${link} shows something`);
  }
  await page.open(`${root}nothing`);
  assert.equal(await page.value('document.links[0].href'), root, 'a wrong address leads to the page');
}
