import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { GatewayError } from '../../errors.ts';

const DEFAULTS = ['hive.yaml', 'hive.yml', 'hive.json', 'stacks/default.yaml'];

export interface ConfigOption {
  readonly config?: string;
}

/** Absolute path of the config file: `-c FILE`, else the first of the usual names here. @throws GatewayError CONFIG_NOT_FOUND */
export function stackFile({ config }: ConfigOption): string {
  if (config !== undefined) return resolve(config);
  const found = DEFAULTS.find((name) => existsSync(name));
  if (found) return resolve(found);
  throw new GatewayError('CONFIG_NOT_FOUND', `there is no ${DEFAULTS.join(', ')} in ${process.cwd()}`, {
    hint: 'name the file: hive … -c FILE',
  });
}
