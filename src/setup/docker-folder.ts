/** The folder in which the docker command keeps its configuration (docker/cli, config.Dir). */
import { homedir } from 'node:os';
import { join } from 'node:path';

export const dockerFolder = (env: Readonly<Record<string, string | undefined>>): string =>
  env.DOCKER_CONFIG || join(env.HOME ?? homedir(), '.docker');
