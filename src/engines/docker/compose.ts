/** Builds, pulls, creates and starts the services of the compiled file with Docker Compose. */
import type { Composer } from '../../model/composer.ts';
import { shellWord } from '../../model/text/commands.ts';
import { explainBuild } from './build-failure.ts';
import { composeVersion } from './compose-queries.ts';
import { explainPull } from './pull-failure.ts';
import { type ComposeFailure, type ComposeRun, runCompose } from './run-compose.ts';

const BUILD_TIMEOUT_MS = 30 * 60_000;
const PULL_TIMEOUT_MS = 15 * 60_000;
const CREATE_TIMEOUT_MS = 2 * 60_000;
/** Lines of Compose's output that an error quotes. */
const SHOWN_LINES = 20;

/** Builds and pulls need the docker command's other plugins. */
const DOCKER_COMPOSE = ['docker', 'compose'] as const;

/**
 * @param engineEnv leads Compose to the engine: `DOCKER_HOST` and the like
 * @param plugin path of the Compose plugin. Containers are created through it directly, since the docker
 * command takes longer to start than a container takes to create.
 */
export function createComposer(
  engineEnv: Readonly<Record<string, string>>,
  plugin: string | undefined,
): Composer {
  return {
    build(project, service, dockerfile, onLine, signal) {
      const explain: ComposeRun['explain'] = (tail) => explainBuild(tail, dockerfile);
      const run = { command: DOCKER_COMPOSE, args: ['build', service], timeoutMs: BUILD_TIMEOUT_MS };
      return runCompose(project, engineEnv, { ...run, explain, onLine, signal });
    },
    pull(project, service, image, onLine, signal) {
      const explain: ComposeRun['explain'] = (tail) => explainPull(tail, image);
      const run = { command: DOCKER_COMPOSE, args: ['pull', service], timeoutMs: PULL_TIMEOUT_MS };
      return runCompose(project, engineEnv, { ...run, explain, onLine, signal });
    },
    create(project, counts) {
      const services = [...counts.keys()];
      const compiled = shellWord(project.compiled);
      const scales = [...counts].flatMap(([service, count]) => ['--scale', `${service}=${count}`]);
      const explain = quoting({
        code: 'CREATE_FAILED',
        message: `compose could not create ${services.join(', ')}`,
        hint: `try it by hand: docker compose -f ${compiled} up --no-start ${services.join(' ')}`,
      });
      const args = ['up', '--no-start', '--no-build', '--no-recreate', '--no-deps', ...scales, ...services];
      const command = plugin === undefined ? DOCKER_COMPOSE : ([plugin] as const);
      return runCompose(project, engineEnv, { command, args, timeoutMs: CREATE_TIMEOUT_MS, explain });
    },
    start(project, service) {
      const explain = quoting({
        code: 'START_FAILED',
        message: `compose could not start ${service}`,
        hint: `docker compose -f ${shellWord(project.compiled)} up ${service}`,
      });
      const run = { command: DOCKER_COMPOSE, args: ['start', service], timeoutMs: CREATE_TIMEOUT_MS };
      return runCompose(project, engineEnv, { ...run, explain });
    },
    version: () => composeVersion(engineEnv),
  };
}

/** For commands whose output needs no explanation. */
function quoting({ message, ...rest }: ComposeFailure): ComposeRun['explain'] {
  return (tail) => ({ ...rest, message: `${message}:\n${tail.slice(-SHOWN_LINES).join('\n')}` });
}
