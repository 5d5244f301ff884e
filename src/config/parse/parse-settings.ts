/** The top-level keys but the servers: the schema pass. */
import { resolveReferences, unsetIn, type Values } from '../../model/references.ts';
import { SETTING_HINTS } from '../schema/key-hints.ts';
import { type SettingsInput, settingsSchema, stackSchema } from '../schema/stack.ts';
import { READ_ONCE } from '../schema/values.ts';
import type { Report } from '../source/diagnostics.ts';
import { isRecord, locate } from '../source/source.ts';
import { textsIn } from '../source/texts.ts';
import { translateIssues, withoutRefused } from './issues.ts';
import type { RawStack } from './read.ts';

/** What the schema accepts of the settings; what it refuses is reported and left out. */
export function parseSettings(raw: RawStack, values: Values, report: Report): SettingsInput {
  const source = raw.main;
  const data = { ...raw.settings, ...resolvedGateway(raw, values, report) };
  reportReferences(raw, report);
  const result = settingsSchema.safeParse(data, READ_ONCE);
  if (source.data !== undefined && isRecord(source.data) && !hasServers(source.data))
    reportNoServers(raw, report);
  if (result.success) return result.data;
  const subject = { schema: stackSchema, data, owner: '', keyHints: SETTING_HINTS };
  for (const { keyPath, of, message, hint } of translateIssues(result.error.issues, subject))
    report({ source, mark: locate(source, keyPath, of), keyPath, message, hint });
  return settingsSchema.safeParse(withoutRefused(data, result.error), READ_ONCE).data ?? {};
}

function hasServers(data: Record<string, unknown>): boolean {
  return 'servers' in data || 'mcpServers' in data || 'include' in data;
}

function reportNoServers(raw: RawStack, report: Report): void {
  const hint = 'add `servers:` with an entry for each server, or `servers: {}` when you mean none';
  report({
    source: raw.main,
    mark: locate(raw.main, []),
    keyPath: [],
    message: 'the file declares no `servers`',
    hint,
  });
}

/** `gateway.host` and `gateway.port` are needed before anything runs, so their references are resolved here. */
function resolvedGateway(raw: RawStack, values: Values, report: Report): { gateway?: unknown } {
  const { gateway } = raw.settings;
  if (!isRecord(gateway)) return {};
  const resolved = Object.entries(gateway).flatMap(([key, value]) => {
    if (typeof value !== 'string' || !value.includes('${')) return [[key, value]];
    const keyPath = ['gateway', key];
    const missing = unsetIn(value, values);
    for (const variable of missing)
      report({
        source: raw.main,
        mark: locate(raw.main, keyPath),
        keyPath,
        message: `"gateway.${key}" needs the variable ${variable}, which is not set`,
        hint: `set ${variable} in the environment or in .env, or write \${${variable}:-default}`,
      });
    const text = resolveReferences(value, values);
    return missing.length > 0 ? [] : [[key, key === 'port' && /^\d+$/.test(text) ? Number(text) : text]];
  });
  return { gateway: Object.fromEntries(resolved) };
}

/** The compiled file and the plan are made of the other settings: a variable's value must not end up there. */
function reportReferences(raw: RawStack, report: Report): void {
  for (const { path, text } of textsIn(raw.settings))
    if (path[0] !== 'gateway' && text.includes('${'))
      report({
        source: raw.main,
        mark: locate(raw.main, path),
        keyPath: path,
        message: `"${path.join('.')}" cannot hold a \${…} reference`,
        hint: 'write the value itself',
      });
}
