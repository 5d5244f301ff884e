/** A headless Chromium, driven over the DevTools protocol. Needs the packages of no registry: `apt-get install chromium`. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const FLAGS = [
  ...['--headless', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--remote-debugging-port=0', '--window-size=1000,1400'],
];
const LIMIT_MS = 30_000;

/** @returns {string | undefined} the command of a browser that is installed */
export const findChromium = () => NAMES.find((name) => spawnSync(name, ['--version']).status === 0);

/**
 * Opens a page. The caller must close the result.
 * @param {string} command
 * @param {string} url
 */
export async function openPage(command, url) {
  const profile = mkdtempSync(join(tmpdir(), 'hive-browser-'));
  const isRoot = process.getuid?.() === 0;
  const browser = spawn(
    command,
    [...FLAGS, ...(isRoot ? ['--no-sandbox'] : []), `--user-data-dir=${profile}`, 'about:blank'],
    {
      stdio: 'ignore',
    },
  );
  const ended = new Promise((resolve) => browser.once('exit', resolve));
  const close = async () => {
    browser.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const port = await portOf(join(profile, 'DevToolsActivePort'));
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
    const pages = /** @type {{ type: string, webSocketDebuggerUrl: string }[]} */ (await answer.json());
    const page = pages.find(({ type }) => type === 'page');
    const send = await connect(page?.webSocketDebuggerUrl ?? '');
    await send('Page.enable');
    await send('Log.enable');
    return { ...pageOf(send, url), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param {string} file */
async function portOf(file) {
  for (let waited = 0; waited < LIMIT_MS; waited += 50) {
    if (existsSync(file)) {
      const [port = ''] = readFileSync(file, 'utf8').split('\n');
      if (port !== '') return port;
    }
    await delay(50);
  }
  throw new Error('the browser did not start');
}

/**
 * @typedef {(method: string, params?: object) => Promise<any>} Send
 * @param {string} url
 * @returns {Promise<Send>}
 */
async function connect(url) {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  /** @type {Map<number, (result: object) => void>} */
  const waiting = new Map();
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = JSON.parse(String(data));
    waiting.get(id)?.(result ?? { error });
    waiting.delete(id);
  });
  let last = 0;
  return (method, params = {}) => {
    const id = ++last;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => void waiting.set(id, resolve));
  };
}

/**
 * @param {Send} send
 * @param {string} start
 */
function pageOf(send, start) {
  return {
    /** Value of an expression of JavaScript in the page. @param {string} expression */
    async value(expression) {
      const { result, exceptionDetails } = await send('Runtime.evaluate', {
        expression,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.text);
      return result.value;
    },
    /** Opens an address, and waits until it is drawn. */
    async open(url = start) {
      await send('Page.navigate', { url });
      for (let waited = 0; waited < LIMIT_MS; waited += 50) {
        const { result } = await send('Runtime.evaluate', {
          expression: 'document.readyState + location.href',
        });
        if (result?.value === `complete${url}`) return;
        await delay(50);
      }
      throw new Error(`${url} was not drawn`);
    },
    /** @returns {Promise<Buffer>} a PNG */
    async picture() {
      const { data } = await send('Page.captureScreenshot', { format: 'png' });
      return Buffer.from(data, 'base64');
    },
  };
}
