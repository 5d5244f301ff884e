/** The suite's modern tools that request input within their answer (MRTR), as functions of the inputs received so far. */
import { randomUUID } from 'node:crypto';
import { acceptedContent, CLIENT_CAPABILITIES_META_KEY, inputRequired } from '@modelcontextprotocol/server';

const form = (name, type = 'string') => ({
  type: 'object',
  properties: { [name]: { type } },
  required: [name],
});
const elicit = (message, name, type) => inputRequired.elicit({ message, requestedSchema: form(name, type) });
const sample = (text) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text } }],
    maxTokens: 100,
  });

const answers = (ctx) => ctx.mcpReq.inputResponses ?? {};
const given = (ctx, key, name) => acceptedContent(ctx.mcpReq.inputResponses, key)?.[name];

/** Each gets the request's context and the codec that seals `requestState`; a returned string is the text of the result. */
export const ROUNDS = {
  test_input_required_result_elicitation(ctx) {
    const name = given(ctx, 'user_name', 'name');
    if (typeof name === 'string') return `Hello, ${name}!`;
    return inputRequired({ inputRequests: { user_name: elicit('What is your name?', 'name') } });
  },
  test_input_required_result_sampling(ctx) {
    const { capital_question: answer } = answers(ctx);
    if (answer) return `Sampling response: ${answer.content?.text}`;
    return inputRequired({ inputRequests: { capital_question: sample('What is the capital of France?') } });
  },
  test_input_required_result_list_roots(ctx) {
    const { client_roots: answer } = answers(ctx);
    if (Array.isArray(answer?.roots)) return `Roots: ${answer.roots.map(({ uri }) => uri).join(', ')}`;
    return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  },
  async test_input_required_result_request_state(ctx, codec) {
    if (given(ctx, 'confirm', 'ok') !== undefined && ctx.mcpReq.requestState() !== undefined)
      return 'state-ok: requestState verified and confirmation received';
    return confirmWith(codec);
  },
  async test_input_required_result_tampered_state(ctx, codec) {
    if (given(ctx, 'confirm', 'ok') !== undefined && ctx.mcpReq.requestState() !== undefined)
      return 'integrity-ok: requestState verified';
    return confirmWith(codec);
  },
  async test_input_required_result_multiple_inputs(ctx, codec) {
    const { greeting, client_roots: roots } = answers(ctx);
    const name = given(ctx, 'user_name', 'name');
    if (name !== undefined && greeting && roots)
      return `${greeting.content?.text} ${name}, ${roots.roots.map(({ uri }) => uri).join(', ')}`;
    const inputRequests = {
      user_name: elicit('What is your name?', 'name'),
      greeting: sample('Generate a greeting'),
      client_roots: inputRequired.listRoots(),
    };
    return inputRequired({ inputRequests, requestState: await codec.mint({ nonce: randomUUID() }) });
  },
  async test_input_required_result_multi_round(ctx, codec) {
    const { round = 0, name } = ctx.mcpReq.requestState() ?? {};
    const ask = async (key, message, field, state) =>
      inputRequired({
        inputRequests: { [key]: elicit(message, field) },
        requestState: await codec.mint({ ...state, nonce: randomUUID() }),
      });
    if (round === 0) return ask('step1', 'Step 1: What is your name?', 'name', { round: 1 });
    if (round === 1)
      return ask('step2', 'Step 2: What is your favorite color?', 'color', {
        round: 2,
        name: given(ctx, 'step1', 'name'),
      });
    return `Multi-round complete: ${name} likes ${given(ctx, 'step2', 'color')}`;
  },
  test_input_required_result_capabilities(ctx) {
    if (ctx.mcpReq.inputResponses !== undefined) return 'Capability-aware input requests fulfilled';
    const declared = ctx.mcpReq.envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {};
    const inputRequests = {
      ...(declared.elicitation ? { user_name: elicit('What is your name?', 'name') } : {}),
      ...(declared.sampling ? { greeting: sample('Generate a short greeting') } : {}),
      ...(declared.roots ? { client_roots: inputRequired.listRoots() } : {}),
    };
    return Object.keys(inputRequests).length > 0 ? inputRequired({ inputRequests }) : 'Nothing can be asked';
  },
  /** Requests input that a client may not have declared: the SDK then answers -32021. */
  test_missing_capability(ctx) {
    const { llm_answer: answer } = answers(ctx);
    if (answer) return 'sampling round-trip complete';
    return inputRequired({ inputRequests: { llm_answer: sample('Reply with the single word: pong') } });
  },
};

const confirmWith = async (codec) =>
  inputRequired({
    inputRequests: { confirm: elicit('Please confirm', 'ok', 'boolean') },
    requestState: await codec.mint({ nonce: randomUUID() }),
  });

/** A prompt that requests input before it is rendered. */
export function roundsPrompt(ctx) {
  const context = given(ctx, 'user_context', 'context');
  if (context === undefined)
    return inputRequired({
      inputRequests: { user_context: elicit('What context should the prompt use?', 'context') },
    });
  const content = { type: 'text', text: `Use the following context: ${context}` };
  return { messages: [{ role: 'user', content }] };
}

/** The same requests as in the legacy reference, made within the answer. */
export function askWithin(ctx, requested) {
  const answer = answers(ctx).asked;
  return answer ?? inputRequired({ inputRequests: { asked: requested } });
}
