/** `hive schema`: prints the JSON Schema of the config file. */
import { writeFileSync } from 'node:fs';
import { renderSchema } from '../config/schema/json-schema.ts';
import { print } from './terminal/print.ts';

export function schema(options: { readonly write?: string }): void {
  if (options.write === undefined) print(renderSchema().trimEnd());
  else writeFileSync(options.write, renderSchema());
}
