/** An upstream that speaks to a modern server made by hand. */

import type { AskCaller, CallRequest } from '../../../src/model/calls.ts';
import { jsonText, toJson } from '../../../src/model/text/json.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { connect, type Script, script } from './harness.ts';

export const VERSION = '2026-07-28';
export const PREFIX = 'io.modelcontextprotocol/';
export type Params = Record<string, unknown> & { _meta: Record<string, unknown> };

export const discovered = (capabilities: object) => ({
  result: { resultType: 'complete', supportedVersions: [VERSION], capabilities },
});
const MODERN: Parameters<typeof script>[0] = {
  'server/discover': () =>
    discovered({ tools: { listChanged: true }, resources: { subscribe: true }, logging: {} }),
  'tools/list': () => ({
    result: {
      resultType: 'complete',
      tools: [
        { name: 'x' },
        { name: 'list', outputSchema: { type: 'array' } },
        { name: 'any', outputSchema: {} },
      ],
    },
  }),
  'resources/list': () => ({ result: { resources: [] } }),
  'resources/templates/list': () => ({ result: { resourceTemplates: [] } }),
};

export async function modern(answers: Parameters<typeof script>[0] = {}, clock = fakeClock(0)) {
  const server = script({ ...MODERN, ...answers });
  const { upstream, told } = await connect('s', { open: server.open, clock });
  return { upstream, told, clock, ...server };
}

export const request = (params: object, more: Partial<CallRequest> = {}): CallRequest => ({
  method: 'tools/call',
  params: toJson(params),
  ...more,
});
export const nobody: AskCaller = async () => ({
  kind: 'error',
  json: jsonText('{"code":-1,"message":"nobody"}'),
});
export const lastOf = ({ sent }: Pick<Script, 'sent'>, method: string) =>
  sent.filter((message) => message.method === method).at(-1) as { id: number; params: Params };
