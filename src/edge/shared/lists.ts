/** The lists that the gateway answers itself, and the notifications of their changes. */
import type { ListKind } from '../../model/catalog.ts';
import { isNull, member } from '../../wire/envelope.ts';
import type { ClientRequest } from '../http/message.ts';

export const LISTS: Readonly<Record<string, { kind: ListKind; head: Buffer }>> = {
  'tools/list': { kind: 'tools', head: Buffer.from('{"tools":') },
  'resources/list': { kind: 'resources', head: Buffer.from('{"resources":') },
  'resources/templates/list': { kind: 'templates', head: Buffer.from('{"resourceTemplates":') },
  'prompts/list': { kind: 'prompts', head: Buffer.from('{"prompts":') },
};

export const CHANGED: Readonly<Record<ListKind, string>> = {
  tools: 'notifications/tools/list_changed',
  resources: 'notifications/resources/list_changed',
  templates: 'notifications/resources/list_changed',
  prompts: 'notifications/prompts/list_changed',
};

export const CURSOR_PROBLEM = 'Invalid cursor: lists are answered whole, in one page';

/** Lists come whole in one page, so no cursor is ever ours. */
export function hasCursor({ text, params }: ClientRequest): boolean {
  const cursor = member(text, params, 'cursor');
  return cursor !== undefined && !isNull(text, cursor);
}
