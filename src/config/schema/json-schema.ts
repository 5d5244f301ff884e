/** The JSON Schema of config files, with which editors complete and check YAML and JSON. */
import { z } from 'zod';
import { stackSchema } from './stack.ts';

/** Text of schemas/stack.schema.json. */
export function renderSchema(): string {
  const schema = z.toJSONSchema(stackSchema, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  const titled = {
    $schema: schema.$schema,
    title: 'Hive stack',
    description: 'A stack of MCP servers: one config file in, one MCP endpoint out.',
    ...schema,
    patternProperties: { '^x-': { description: 'Ignored: a place for anchors, as in Compose files.' } },
  };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
