/** `hive schema`: prints the JSON Schema of the config file. */
import { writeFileSync } from 'node:fs';
import { renderSchema } from '../config/schema/json-schema.ts';

export function schema(options: { readonly write?: string }): void {
  if (options.write === undefined) process.stdout.write(renderSchema());
  else writeFileSync(options.write, renderSchema());
}
