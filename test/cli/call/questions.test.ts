/** Questions of servers, answered by a person at the terminal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askPerson, type Prompts, type Question } from '../../../src/cli/call/questions.ts';

/** Answers in the order of the prompts; an Error breaks off. Keeps what was shown. */
function person(...answers: unknown[]) {
  const shown: string[] = [];
  const problems: (string | undefined)[] = [];
  const presets: string[] = [];
  const answer = async (message: string): Promise<never> => {
    shown.push(message);
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next as never;
  };
  const prompts: Prompts = {
    choose: (message) => answer(message),
    chooseMany: (message) => answer(message),
    confirm: (message) => answer(message),
    write: (message, preset, problemOf) => {
      presets.push(preset);
      problems.push(problemOf(''), problemOf('1.5'), problemOf('x'));
      return answer(message);
    },
  };
  return { prompts, shown, problems, presets };
}

const form = (properties: object, required: string[] = []): Question =>
  ({ message: 'Who?', requestedSchema: { type: 'object', properties, required } }) as Question;

test('a form must be asked value by value, each of its type, and optional ones may be left out', async () => {
  const question = form(
    {
      name: { type: 'string', title: 'Your name' },
      age: { type: 'integer' },
      nick: { type: 'string', description: 'as friends say' },
      isIn: { type: 'boolean' },
      size: { type: 'string', enum: ['s', 'l'], enumNames: ['small', 'large'] },
      days: { type: 'array', items: { anyOf: [{ const: 'mo', title: 'Monday' }] } },
    },
    ['name', 'age'],
  );
  const { prompts, shown } = person('accept', 'Ann', '42', '', true, 'l', ['mo']);
  assert.deepEqual(await askPerson(question, prompts), {
    action: 'accept',
    content: { name: 'Ann', age: 42, isIn: true, size: 'l', days: ['mo'] },
  });
  assert.deepEqual(shown.slice(1, 4), ['Your name', 'age', 'nick (as friends say), optional']);
});

test('a number must be a number, and a required value must be given', async () => {
  const whole = person('accept', '1');
  await askPerson(form({ n: { type: 'integer' } }, ['n']), whole.prompts);
  assert.deepEqual(whole.problems, ['an answer is required', 'write a whole number', 'write a whole number']);
  const any = person('accept', '1');
  await askPerson(form({ n: { type: 'number' } }), any.prompts);
  assert.deepEqual(any.problems, [undefined, undefined, 'write a number']);
});

test('a question must be declined or cancelled without a value, and cancelled by Ctrl-C', async () => {
  for (const action of ['decline', 'cancel'] as const)
    assert.deepEqual(await askPerson(form({ n: {} }), person(action).prompts), { action });
  const broken = person('accept', new Error('Ctrl-C'));
  assert.deepEqual(await askPerson(form({ n: {} }), broken.prompts), { action: 'cancel' });
});

test('an address must be confirmed once it was opened', async () => {
  const question: Question = { mode: 'url', message: 'Pay', url: 'https://pay.example/1' };
  assert.deepEqual(await askPerson(question, person(true).prompts), { action: 'accept' });
  assert.deepEqual(await askPerson(question, person(false).prompts), { action: 'decline' });
});

test('words of a server must not act on the terminal', async () => {
  const { prompts, shown } = person('accept', 'x');
  await askPerson(form({ n: { type: 'string', title: 'a\u001b[2Jb' } }), prompts);
  assert.ok(!shown.join('').includes('\u001b'));
});

test('no text of a server may act on the terminal, or be accepted unseen', async () => {
  const evil = 'a\x1b]0;title\x07\x1b[2J\u202e\nb';
  const question = form({
    [evil]: { type: 'string', title: evil, description: evil, default: evil },
    plain: { type: 'string', default: 'as it is' },
    choice: { type: 'string', oneOf: [{ const: evil }] },
  });
  const { prompts, shown, presets } = person('accept', 'typed', 'typed', evil);
  await askPerson(question, {
    ...prompts,
    choose: (message, choices) => {
      shown.push(...choices.map((it) => it.name));
      return prompts.choose(message, choices);
    },
  });
  assert.deepEqual(presets, ['', 'as it is']);
  assert.ok(shown.includes('a\\x1b]0;title\\x07\\x1b[2J\\u202e\\nb'));
  for (const text of shown) assert.doesNotMatch(text, /[\p{Cc}\u202e]/u);
});
