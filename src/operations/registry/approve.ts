/** `registry_approve`: shows clients the tools of a server that was held back. For the owner alone. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { isHeld } from './attempt.ts';
import { findActive } from './facts/find.ts';
import type { RegistrySource } from './facts/source.ts';

const WAIT_MS = 50_000;

const input = z.strictObject({ name: z.string().describe('of the server') });
const output = z.object({ name: z.string(), approved: z.boolean().describe('false if it was before') });

export const registryApprove = (source: RegistrySource): Operation =>
  operation({
    name: 'registry_approve',
    title: 'Approve a server',
    summary: 'Shows clients the tools of a server that `review: hold` has withheld.',
    effect: 'change',
    role: 'admin',
    input,
    output,
    async run({ name }, { signal, progress }) {
      const server = findActive(source, name);
      if (!isHeld(server)) return { name: server.serverName, approved: false };
      const { tools: _, ...entry } = server.entry;
      await source.added.put({ ...server, entry }, { signal, progress, waitMs: WAIT_MS });
      return { name: server.serverName, approved: true };
    },
    text: ({ name, approved }) => (approved ? `approved ${name}` : `${name} was not held back`),
  });
