/** `plan_show`: what the next reload would do, and why. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { type GatewaySource, viewFor } from './gateway-view.ts';

/** Characters of a plan that are shown; about 200 steps. */
const MAX_TEXT = 16_000;

export const planShow = (source: GatewaySource): Operation =>
  operation({
    name: 'plan_show',
    title: 'Show the plan',
    summary:
      'Reads the config file again and shows what differs from what runs: one step a line, each with its cause. Reports problems of the file. Changes nothing.',
    effect: 'read',
    input: z.strictObject({}),
    output: z.object({ plan: z.string().describe('empty if nothing is to do') }),
    async run(_, { caller }) {
      const plan = await viewFor(source, caller).plan();
      return { plan: plan.length > MAX_TEXT ? `${plan.slice(0, MAX_TEXT)}…` : plan };
    },
    text: ({ plan }) => plan || 'nothing to do: what runs is what the file asks for',
  });
