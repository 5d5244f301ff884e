/** The template that `server_type` means. */
import { GatewayError } from '../../errors.ts';
import { suggest } from '../../model/text/suggest.ts';
import { findTemplate } from '../../templates/find.ts';
import type { Template } from '../../templates/template.ts';
import type { ManagerSource } from './source.ts';

/** @throws GatewayError TEMPLATE_UNKNOWN */
export async function templateFor({ templates: read }: ManagerSource, serverType: string): Promise<Template> {
  const { templates } = await read();
  const found = findTemplate(templates, serverType);
  if (found) return found;
  const [name = '', version] = serverType.split('@');
  const named = templates.filter((it) => it.name === name).map((it) => it.version);
  const names = [...new Set(templates.map((it) => it.name))];
  const near = suggest(name, names);
  const known =
    named.length > 0 ? `versions of ${name}: ${named.join(', ')}` : `templates: ${names.join(', ')}`;
  throw new GatewayError('TEMPLATE_UNKNOWN', `there is no template ${name}${version ? `@${version}` : ''}`, {
    hint: `${near === undefined || named.length > 0 ? '' : `did you mean ${near}? `}${known}`,
  });
}

export const referenceOf = ({ name, version }: Pick<Template, 'name' | 'version'>): string =>
  `${name}@${version}`;
