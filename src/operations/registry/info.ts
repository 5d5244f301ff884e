/** `registry_info`: one entry: what it needs, how it runs here, and what an add would write. */
import { z } from 'zod';
import type { Entry } from '../../catalogue/entry/entry.ts';
import { describeRun } from '../../catalogue/run/runs.ts';
import { defaultName } from '../../catalogue/server/to-server.ts';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { buildFor, runsFor } from './attempt.ts';
import { findEntry } from './facts/find.ts';
import { isAllowed } from './facts/policy.ts';
import { entryRow, rowOf, tokensOf } from './facts/rows.ts';
import type { OwnEntry, RegistrySource } from './facts/source.ts';

const MAX_TOOLS = 100;

const input = z.strictObject({ entry_id: z.string() });

const whole = entryRow.extend({
  category: z.string().optional(),
  home: z.string().optional(),
  allowed: z.boolean(),
  prefix: z.string().describe('of its tools, unless registry_add names another'),
  configSchema: z.record(z.string(), z.unknown()).describe('of `config`'),
  secrets: z.array(z.object({ name: z.string(), required: z.boolean(), description: z.string().optional() })),
  ways: z
    .array(z.object({ runs: z.string(), lacks: z.string().optional() }))
    .describe('in the order of trial'),
  toolNames: z.array(z.string()).optional(),
  tokens: z.int().optional(),
  server: z.record(z.string(), z.unknown()).optional().describe('the entry that an add would write'),
  note: z.string().optional(),
});

/** Without what `registry_search` describes: models read the schemas of both. */
const output = z.looseObject({
  id: z.string(),
  title: z.string(),
  configSchema: z.record(z.string(), z.unknown()).describe('of `config`'),
  ways: z.array(z.looseObject({ runs: z.string() })).describe('in the order of trial'),
}) as unknown as typeof whole;

export const registryInfo = (source: RegistrySource, own: OwnEntry): Operation =>
  operation({
    name: 'registry_info',
    title: 'Show an entry',
    summary:
      'Shows one entry of the catalogue: parameters, secrets, tools and their size, and ways to run here.',
    effect: 'read',
    input,
    output,
    async run({ entry_id }) {
      const entry = await findEntry(source, entry_id);
      const { id, category, home, secrets = [], tools, verified, unsupported, unverified } = entry;
      const runs = runsFor(source, own, entry);
      const note = unsupported ?? unverified;
      return {
        ...rowOf(entry, source.added.all()),
        ...(category !== undefined && { category }),
        ...(home !== undefined && { home }),
        allowed: isAllowed(id, own),
        prefix: defaultName(id),
        configSchema: schemaOf(entry),
        secrets: secrets.map(({ name, optional, description }) => ({
          name,
          required: !optional,
          ...(description !== undefined && { description }),
        })),
        ways: runs.map((run) => ({
          runs: describeRun(run),
          ...(run.lacks !== undefined && { lacks: run.lacks }),
        })),
        ...(tools && { toolNames: tools.slice(0, MAX_TOOLS).map(({ name }) => name) }),
        ...(verified && { tokens: tokensOf(verified.bytes) }),
        ...serverOf(entry, runs),
        ...(note !== undefined && { note }),
      };
    },
    text({ title, id, description, allowed, configSchema, secrets, ways, toolNames, tokens, note }) {
      const parameters = Object.keys((configSchema.properties as object | undefined) ?? {});
      const bill = tokens === undefined ? '' : `, about ${tokens} tokens`;
      return [
        `${title} (${id})${allowed ? '' : ': the owner does not allow it'}`,
        description,
        ...(parameters.length > 0 ? [`config: ${parameters.join(', ')}`] : []),
        ...secrets.map(
          ({ name, required }) =>
            `secret: ${name}${required ? '' : ' (optional)'}: npx hive secret set ${name}`,
        ),
        ...(toolNames ? [`${toolNames.length} tools${bill}: ${toolNames.join(', ')}`] : []),
        ...ways.map(
          ({ runs, lacks }) => `runs as: ${runs}${lacks === undefined ? '' : ` (not here: ${lacks})`}`,
        ),
        ...(note === undefined ? [] : [`note: ${note}`]),
      ].join('\n');
    },
  });

/** A JSON Schema of the parameters. */
function schemaOf({ parameters = [] }: Entry): Record<string, unknown> {
  const properties = Object.fromEntries(
    parameters.map(({ name, type, description, choices, example, default: preset }) => [
      name,
      {
        type,
        ...(type === 'array' && { items: { type: 'string' } }),
        ...(description !== undefined && { description }),
        ...(choices && { enum: choices }),
        ...(example !== undefined && { examples: [example] }),
        ...(preset !== undefined && { default: preset }),
      },
    ]),
  );
  const required = parameters.filter((it) => it.required).map(({ name }) => name);
  return { type: 'object', properties, ...(required.length > 0 && { required }) };
}

function serverOf(entry: Entry, runs: ReturnType<typeof runsFor>) {
  const run = runs.find(({ lacks }) => lacks === undefined);
  const asked = { prefix: defaultName(entry.id), config: {}, environment: {} };
  const made = run && buildFor(entry, asked, run);
  return made?.kind === 'made' ? { server: { ...made.server } } : {};
}
