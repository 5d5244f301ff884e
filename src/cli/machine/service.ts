/** `hive service`: keeps a stack served by the user's systemd, also after a reboot. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { writeWhole } from '../../store/write-whole.ts';
import { type ConfigOption, stackFile } from '../stack/stack-file.ts';
import { print } from '../terminal/print.ts';
import { unitText } from './unit.ts';
import { unitPath } from './user-folders.ts';

export interface ServiceOptions extends ConfigOption {
  readonly dryRun?: boolean;
}

/** @returns the exit code @throws GatewayError USAGE for another verb, START_FAILED without systemd */
export async function service(verb: string, options: ServiceOptions): Promise<number> {
  if (verb === 'install') return install(options);
  if (verb === 'uninstall') return uninstallService(options);
  if (verb === 'status') return systemctl('status', '--no-pager', UNIT);
  throw new GatewayError('USAGE', `hive service takes install, uninstall or status, not ${verb}`, {
    hint: 'npx hive service status',
  });
}

const UNIT = 'hive.service';

async function install(options: ServiceOptions): Promise<number> {
  const file = stackFile(options);
  const path = unitPath();
  const text = unitText({
    node: process.execPath,
    script: resolve(process.argv[1] ?? ''),
    file,
    path: process.env.PATH ?? '',
    stateDir: process.env.HIVE_STATE_DIR,
  });
  if (options.dryRun) {
    print(`${path}:\n${text}`);
    return 0;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeWhole(path, text, { mode: 0o644 });
  print(`wrote ${path}`);
  const code = (await systemctl('daemon-reload')) || (await systemctl('enable', '--now', UNIT));
  if (code === 0) print('to serve without a login, as after a reboot: loginctl enable-linger');
  return code;
}

/** @returns the exit code: 0 also if there was none */
export async function uninstallService({ dryRun = false }: ServiceOptions = {}): Promise<number> {
  const path = unitPath();
  if (!existsSync(path)) {
    print('there is no service');
    return 0;
  }
  print(`${dryRun ? 'would remove' : 'removes'} ${path}`);
  if (dryRun) return 0;
  // Without systemd nothing runs either: the file is all there is.
  await systemctl('disable', '--now', UNIT).catch((error) => print(error.message));
  rmSync(path, { force: true });
  await systemctl('daemon-reload').catch(() => {});
  return 0;
}

/** @returns its exit code @throws GatewayError START_FAILED if there is no systemctl */
async function systemctl(...words: string[]): Promise<number> {
  const child = spawn('systemctl', ['--user', ...words], { stdio: ['ignore', 'inherit', 'inherit'] });
  try {
    const [code] = await once(child, 'exit');
    return code ?? 1;
  } catch (cause) {
    throw new GatewayError('START_FAILED', `systemctl cannot be run: ${(cause as Error).message}`, {
      hint: 'run `npx hive up -d` where there is no systemd, from whatever starts programs there',
      cause,
    });
  }
}
