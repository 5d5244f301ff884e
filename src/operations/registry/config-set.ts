/** `registry_config_set`: changes the parameters of an added server, which serves all the while. */
import { z } from 'zod';
import { describeRun } from '../../catalogue/run/runs.ts';
import { GatewayError } from '../../errors.ts';
import type { AddedServer } from '../../model/added/added.ts';
import { principalName } from '../../model/caller.ts';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { dropUnused, runsAs } from './add.ts';
import { addedOutput, addedText, answerFor } from './answer.ts';
import { attempt, isHeld } from './attempt.ts';
import { findActive, findEntry } from './facts/find.ts';
import { requireAllowed } from './facts/policy.ts';
import type { OwnEntry, RegistrySource } from './facts/source.ts';
import { type Asked, askedOf, isSameWish, sorted } from './facts/values.ts';

const WAIT_MS = 50_000;

const input = z.strictObject({
  entry_id: z.string().describe('id of the entry, or name of the server'),
  environment: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe('variables; never secrets'),
  config: z.record(z.string(), z.unknown()).default({}).describe('parameters; registry_info lists them'),
  unset: z.array(z.string()).default([]).describe('parameters and variables to take away'),
});

const whole = addedOutput.extend({ changed: z.array(z.string()), restarted: z.boolean() });

/** As `registry_add` describes it, with what changed: models read the schemas of both. */
const output = z.looseObject({
  name: z.string(),
  state: z.string(),
  tools: z.array(z.string()),
  changed: z.array(z.string()).describe('names of parameters and variables'),
  restarted: z.boolean(),
}) as unknown as typeof whole;

export const registryConfigSet = (source: RegistrySource, own: OwnEntry): Operation =>
  operation({
    name: 'registry_config_set',
    title: 'Configure a server',
    summary:
      'Changes parameters of an added server. The new one takes over when ready, else the old one stays.',
    effect: 'change',
    input,
    output,
    async run({ entry_id, environment, config, unset }, context) {
      const server = findActive(source, entry_id);
      const entry = await findEntry(source, server.facts.source);
      requireAllowed(entry.id, own);
      const before = askedOf(server.facts.parameters, server.serverName);
      const set = sorted(entry, config, environment);
      const after = without(
        {
          ...before,
          config: { ...before.config, ...set.config },
          environment: { ...before.environment, ...set.environment },
        },
        unset,
      );
      const changed = changedNames(before, after);
      if (isSameWish(before, after))
        return { ...answerFor(source, context.caller, asItIs(entry, server)), changed, restarted: false };
      const options = { signal: context.signal, progress: context.progress, waitMs: WAIT_MS };
      const wish = {
        entry,
        asked: after,
        by: principalName(context.caller.principal) || 'a client',
        isHeld: isHeld(server),
      };
      const attempted = await attempt(source, own, wish, options);
      dropUnused(source);
      const facts = {
        entry,
        server: attempted.server,
        runs: describeRun(attempted.run),
        isReady: attempted.state === 'ready',
        passedOver: attempted.passedOver,
      };
      return { ...answerFor(source, context.caller, facts), changed, restarted: true };
    },
    text: (it) =>
      addedText(
        it.restarted
          ? `Successfully configured: ${it.title} (${it.changed.join(', ')})`
          : `Nothing to change: ${it.title}`,
        it,
      ),
  });

const asItIs = (entry: { id: string; title: string }, server: AddedServer) => ({
  entry,
  server,
  runs: runsAs(server),
  isReady: true,
});

/** @throws GatewayError USAGE for a name that is not set */
function without(asked: Asked, unset: readonly string[]): Asked {
  const unknown = unset.find((name) => !(name in asked.config) && !(name in asked.environment));
  if (unknown !== undefined) {
    const set = [...Object.keys(asked.config), ...Object.keys(asked.environment)].join(', ');
    throw new GatewayError('USAGE', `${unknown} is not set`, { hint: `set are: ${set || 'none'}` });
  }
  const keep = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !unset.includes(name)));
  return { ...asked, config: keep(asked.config), environment: keep(asked.environment) };
}

function changedNames(before: Asked, after: Asked): string[] {
  const all = (asked: Asked): Record<string, unknown> => ({ ...asked.config, ...asked.environment });
  const [old, now] = [all(before), all(after)];
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...names].filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name])).sort();
}
