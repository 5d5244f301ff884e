/** `review: ask`: the user of the client agrees to a server before it is added. */
import type { Entry } from '../../catalogue/entry/entry.ts';
import { GatewayError } from '../../errors.ts';
import { isRecord } from '../../model/collections/is-record.ts';
import { type OperationContext, PassedOn } from '../../model/operation.ts';
import { toJson } from '../../model/text/json.ts';

const QUESTION = 'add';

/**
 * Undefined after consent; before it, the question to the user as a result of the modern era, which clients
 * answer by calling again.
 * @throws GatewayError NOT_ALLOWED if the user declines
 */
export function consentFor(entry: Entry, { request = {} }: OperationContext): PassedOn | undefined {
  const { inputResponses } = request;
  const answer = isRecord(inputResponses) ? inputResponses[QUESTION] : undefined;
  if (!isRecord(answer)) return question(entry);
  const { action, content } = answer;
  if (action === 'accept' && isRecord(content) && content.agree === true) return undefined;
  throw new GatewayError('NOT_ALLOWED', `the user did not agree to add ${entry.id}`, {
    hint: 'ask the user before you try again',
  });
}

function question({ id, title, ways }: Entry): PassedOn {
  const kinds = [...new Set(ways.map(({ kind }) => kind))].join(' or ');
  const params = {
    mode: 'form',
    message: `Add the MCP server ${title} (${id}, ${kinds}) to the gateway?`,
    requestedSchema: {
      type: 'object',
      properties: { agree: { type: 'boolean', title: 'Add it', default: false } },
      required: ['agree'],
    },
  };
  const inputRequests = { [QUESTION]: { method: 'elicitation/create', params } };
  return new PassedOn(toJson({ resultType: 'input_required', inputRequests }), true);
}
