/** The folder in which the docker command keeps its configuration (docker/cli, config.Dir). */
import { join } from 'node:path';
import { homeFolder } from '../files/home.ts';

export const dockerFolder = (env: Readonly<Record<string, string | undefined>>): string =>
  env.DOCKER_CONFIG || join(env.HOME ?? homeFolder(), '.docker');
