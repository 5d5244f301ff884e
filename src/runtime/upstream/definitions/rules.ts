/**
 * Definitions as all official SDKs accept them: TypeScript 1 and 2, Python 1 and 2, in each of their eras.
 * Each of them refuses a whole list because of one definition that it cannot read.
 */
import type { ListKind } from '../../../model/catalog.ts';
import type { Era } from '../../../model/era.ts';
import { objectSchema } from './argument-schema.ts';
import { none, objectOf } from './object-rule.ts';
import { outputSchemaOf } from './output-schema.ts';
import { anyObject, flag, instant, listOf, oneOf, type Rule, share, text, wholeNumber } from './rule.ts';

const icons = listOf(
  objectOf(
    'an icon with a src',
    { src: text, mimeType: text, sizes: listOf(text), theme: oneOf('light', 'dark') },
    { src: none },
  ),
);

/** Members that tools, resources, templates and prompts have alike. */
const common = { name: text, title: text, description: text, icons, _meta: anyObject };

const annotations = objectOf('an object of annotations', {
  audience: listOf(oneOf('user', 'assistant')),
  priority: share,
  lastModified: instant,
});

const toolAnnotations = objectOf('an object of annotations', {
  title: text,
  readOnlyHint: flag,
  destructiveHint: flag,
  idempotentHint: flag,
  openWorldHint: flag,
});

const toolOf = (era: Era): Rule =>
  objectOf(
    'a tool',
    {
      ...common,
      inputSchema: objectSchema,
      outputSchema: outputSchemaOf(era),
      annotations: toolAnnotations,
      execution: objectOf('an object', { taskSupport: oneOf('required', 'optional', 'forbidden') }),
    },
    {
      name: none,
      inputSchema: ({ inputSchema }) => (inputSchema == null ? { type: 'object' } : undefined),
    },
  );

/** Python 1 reads the URI of a resource as a URL. */
const uri: Rule = {
  what: 'a URI with a scheme',
  fits: (json, { start, end }) => URL.canParse(JSON.parse(json.toString('utf8', start, end))),
  mend: (value) => (typeof value === 'string' && URL.canParse(value) ? value : undefined),
};

const resource = objectOf(
  'a resource',
  { ...common, uri, mimeType: text, size: wholeNumber, annotations },
  { uri: none, name: (it) => it.uri },
);

const template = objectOf(
  'a resource template',
  { ...common, uriTemplate: text, mimeType: text, annotations },
  { uriTemplate: none, name: (it) => it.uriTemplate },
);

const prompt = objectOf(
  'a prompt',
  {
    ...common,
    arguments: listOf(
      objectOf(
        'an argument with a name',
        { name: text, title: text, description: text, required: flag },
        { name: none },
      ),
    ),
  },
  { name: none },
);

const TOOL: Readonly<Record<Era, Rule>> = { legacy: toolOf('legacy'), modern: toolOf('modern') };

/** @param era of the server */
export function ruleOf(kind: ListKind, era: Era): Rule {
  if (kind === 'tools') return TOOL[era];
  return { resources: resource, templates: template, prompts: prompt }[kind];
}
