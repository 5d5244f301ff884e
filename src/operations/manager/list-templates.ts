/** `docker_list_templates`: what `docker_create_server` can make. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import type { ManagerSource } from './source.ts';

const row = z.looseObject({ name: z.string(), version: z.string(), description: z.string() });

export const listTemplates = (source: ManagerSource): Operation =>
  operation({
    name: 'docker_list_templates',
    title: 'List templates',
    summary: 'Lists the templates of docker_create_server with the JSON Schemas of their parameters.',
    effect: 'read',
    input: z.strictObject({ name: z.string().optional() }),
    output: z.looseObject({ templates: z.array(row) }),
    async run({ name }) {
      const { templates, problems } = await source.templates();
      const wanted = templates.filter((it) => name === undefined || it.name === name);
      return {
        templates: wanted.map(({ server: _, dockerfile: __, ...rest }) => rest),
        ...(problems.length > 0 && { problems: problems.map(source.redact) }),
      };
    },
    text: ({ templates }) =>
      templates.map((it) => `${it.name}@${it.version}: ${it.description}`).join('\n') || 'no such template',
  });
