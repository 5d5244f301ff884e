/** The four lists of MCP: how each is requested, read and announced. */
import type { ListKind } from '../model/catalog.ts';
import { METHOD, NOTIFICATION } from './methods.ts';

export interface ListProtocol {
  readonly method: string;
  /** Member of the result that holds the array. */
  readonly member: string;
  /** Member of each definition that identifies it. */
  readonly key: string;
  /** The server capability that declares the list. */
  readonly capability: string;
  /** The notification that announces a change. */
  readonly changed: string;
}

export const LISTS: Readonly<Record<ListKind, ListProtocol>> = {
  tools: {
    method: METHOD.TOOLS_LIST,
    member: 'tools',
    key: 'name',
    capability: 'tools',
    changed: NOTIFICATION.TOOLS_CHANGED,
  },
  resources: {
    method: METHOD.RESOURCES_LIST,
    member: 'resources',
    key: 'uri',
    capability: 'resources',
    changed: NOTIFICATION.RESOURCES_CHANGED,
  },
  templates: {
    method: METHOD.TEMPLATES_LIST,
    member: 'resourceTemplates',
    key: 'uriTemplate',
    capability: 'resources',
    changed: NOTIFICATION.RESOURCES_CHANGED,
  },
  prompts: {
    method: METHOD.PROMPTS_LIST,
    member: 'prompts',
    key: 'name',
    capability: 'prompts',
    changed: NOTIFICATION.PROMPTS_CHANGED,
  },
};
