import { z } from 'zod';
import { stackSchema } from './stack.ts';

/**
 * Text of schemas/stack.schema.json: what editors complete and check config files with, YAML and JSON alike.
 */
export function renderSchema(): string {
  const schema = z.toJSONSchema(stackSchema, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  const titled = {
    $schema: schema.$schema,
    title: 'Hive stack',
    description: 'A stack of MCP servers: one config file in, one MCP endpoint out.',
    ...schema,
  };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
