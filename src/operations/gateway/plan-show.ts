/** `plan_show`: the steps of the next reload, each with its cause. */

import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { cutEnd } from '../../model/text/cut.ts';
import { operation } from '../operation.ts';
import { type GatewaySource, viewFor } from './gateway-view.ts';

/** Longest plan that is shown, in characters: about 200 steps. */
const MAX_TEXT = 16_000;

export const planShow = (source: GatewaySource): Operation =>
  operation({
    name: 'plan_show',
    title: 'Show the plan',
    summary: 'Shows the steps that would make what runs match the config file, or the problems of the file.',
    effect: 'read',
    input: z.strictObject({}),
    output: z.object({ plan: z.string().describe('empty if there is nothing to do') }),
    async run(_, { caller }) {
      const plan = await viewFor(source, caller).plan();
      return { plan: cutEnd(plan, MAX_TEXT) };
    },
    text: ({ plan }) => plan || 'no steps',
  });
