/** Installs the peers here at their first use, so that they are dependencies of the bench alone. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes.mjs';

const HERE = import.meta.dirname;
const PATIENCE_MS = 300_000;

export async function installPeers(say) {
  if (!existsSync(join(HERE, 'node_modules/supergateway'))) {
    say('installing the peers from npm');
    await run(['npm', 'ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: HERE });
  }
  for (const peer of ['fastmcp', 'mcpo']) await installPython(peer, say);
}

/** Each peer has its own environment, because they need different versions of the same libraries. A failure appears in its row. */
async function installPython(peer, say) {
  const folder = join(HERE, '.venv', peer);
  if (existsSync(folder)) return;
  say(`installing ${peer} from PyPI`);
  const requirements = join(HERE, 'python', `${peer}.txt`);
  try {
    await run(['python3', '-m', 'venv', folder]);
    await run([join(folder, 'bin/pip'), 'install', '-q', '-r', requirements], { timeout: PATIENCE_MS });
  } catch (error) {
    say(`${peer} cannot be installed: ${error.message.slice(0, 300)}`);
  }
}
