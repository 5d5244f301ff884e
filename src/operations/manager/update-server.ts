/** `docker_update_server`: changes an added server; the old one serves until the new one is ready. */
import { z } from 'zod';
import type { JsonSchema, Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { addedServer } from './added-server.ts';
import { putOutput, putServer, putText } from './put-server.ts';
import type { ManagerSource } from './source.ts';
import { changedWish, type Wish, wishShape } from './wish.ts';

/** The rest is checked when it runs: written out, it would cost models as much as docker_create_server. */
const input = z.looseObject({
  server_name: z.string(),
  server_type: z.string().optional().describe('another version: agent-mcp@2'),
});

const changeSchema = (): JsonSchema => {
  const { $schema: _, ...schema } = z.toJSONSchema(z.strictObject(wishShape), { io: 'input' });
  return schema;
};

export const updateServer = (source: ManagerSource): Operation =>
  operation({
    name: 'docker_update_server',
    title: 'Update a server',
    summary:
      'Changes a created server: takes the arguments of docker_create_server that change. Variables and ' +
      'parameters are merged (an empty variable is removed). The old one serves until the new one is ready.',
    effect: 'change',
    input,
    output: putOutput,
    async run({ server_name, server_type, ...rest }, context) {
      await source.check('docker_update_server', changeSchema(), rest);
      const { dry_run, ...change } = rest as Wish & { readonly dry_run: boolean };
      const { facts } = addedServer(source, context.caller, server_name);
      const wish = changedWish(facts.parameters as Wish, change);
      const serverType = server_type ?? facts.source;
      return putServer(source, { serverName: server_name, serverType, wish, isDryRun: dry_run }, context);
    },
    text: putText,
  });
