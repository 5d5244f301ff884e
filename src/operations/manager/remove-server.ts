/** `docker_remove_server`. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { addedServer } from './added-server.ts';
import type { ManagerSource } from './source.ts';

const input = z.strictObject({
  server_name: z.string(),
  volumes: z.boolean().default(false).describe('delete its volumes and their data, too'),
});

export const removeServer = (source: ManagerSource): Operation =>
  operation({
    name: 'docker_remove_server',
    title: 'Remove a server',
    summary: 'Removes a created server after its calls have finished. Its volumes stay unless asked.',
    effect: 'destroy',
    input,
    output: z.looseObject({ server_name: z.string(), removed: z.boolean() }),
    async run({ server_name, volumes }, { caller }) {
      addedServer(source, caller, server_name);
      const removed = await source.added().remove([server_name], { volumes });
      source.dropDockerfiles(usedDockerfiles(source));
      return { server_name, removed: removed.includes(server_name), volumes };
    },
    text: ({ server_name, removed }) =>
      removed ? `removed ${server_name}` : `${server_name} was removed already`,
  });

function usedDockerfiles({ added }: ManagerSource): ReadonlySet<string> {
  const builds = added()
    .all()
    .map(({ entry }) => Object(entry.build) as { readonly dockerfile?: unknown });
  return new Set(builds.flatMap(({ dockerfile }) => (typeof dockerfile === 'string' ? [dockerfile] : [])));
}
