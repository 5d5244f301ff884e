/** The schema pass for the top-level keys other than the servers. */

import { isRecord } from '../../model/collections/is-record.ts';
import { resolveReferences, unsetIn, type Values } from '../../model/references.ts';
import { shellWord } from '../../model/text/commands.ts';
import { SETTING_HINTS } from '../schema/key-hints.ts';
import { type SettingsInput, settingsSchema, stackSchema } from '../schema/stack.ts';
import { READ_ONCE } from '../schema/values.ts';
import type { Report } from '../source/report.ts';
import { isJson } from '../source/source.ts';
import { textsIn } from '../source/texts.ts';
import type { RawStack } from './collect.ts';
import { translateIssues, withoutRefused } from './issues.ts';

/** The settings that the schema accepts; refused ones are reported and left out. */
export function parseSettings(raw: RawStack, values: Values, report: Report): SettingsInput {
  const data = { ...raw.settings, ...resolvedGateway(raw, values, report) };
  reportReferences(raw, report);
  reportNoServers(raw, report);
  const result = settingsSchema.safeParse(data, READ_ONCE);
  if (result.success) return result.data;
  const subject = { schema: stackSchema, data, owner: '', keyHints: SETTING_HINTS };
  for (const found of translateIssues(result.error.issues, subject))
    report.at(raw.main, found.keyPath, found);
  return settingsSchema.safeParse(withoutRefused(data, result.error), READ_ONCE).data ?? {};
}

function reportNoServers({ main }: RawStack, report: Report): void {
  const { data } = main;
  if (!isRecord(data) || 'servers' in data || 'mcpServers' in data || 'include' in data) return;
  const takeOver = `npx hive import ${shellWord(main.path)} --write hive.yaml`;
  const hint = isJson(main.path)
    ? `if the file is another client's: ${takeOver}`
    : 'add `servers:` with an entry for each server, or `servers: {}` for none';
  report.at(main, [], { message: 'the file declares no `servers`', hint });
}

/** `gateway` is needed before anything runs, so its references are resolved here. */
function resolvedGateway(raw: RawStack, values: Values, report: Report): { gateway?: unknown } {
  const { gateway } = raw.settings;
  if (!isRecord(gateway)) return {};
  const resolved = Object.entries(gateway).flatMap(([key, value]) => {
    if (typeof value !== 'string' || !value.includes('${')) return [[key, value]];
    const missing = unsetIn(value, values);
    for (const variable of missing)
      report.at(raw.main, ['gateway', key], {
        message: `"gateway.${key}" needs the variable ${variable}, which is not set`,
        hint: `set ${variable} in the environment or in .env, or write \${${variable}:-default}`,
      });
    const text = resolveReferences(value, values);
    return missing.length > 0 ? [] : [[key, key === 'port' && /^\d+$/.test(text) ? Number(text) : text]];
  });
  return { gateway: Object.fromEntries(resolved) };
}

/** Other settings enter the compiled file and the plan, where a variable's value must not appear. */
function reportReferences({ main, settings }: RawStack, report: Report): void {
  for (const { path, text } of textsIn(settings))
    if (path[0] !== 'gateway' && text.includes('${'))
      report.at(main, path, {
        message: `"${path.join('.')}" cannot hold a \${…} reference`,
        hint: 'write the value itself',
      });
}
