/** The forms of a secret that are searched for, and the parts of it that are too usual to be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printedForms, urlParts } from '../../src/secrets/printed-forms.ts';
import { createRedact } from '../../src/secrets/redact.ts';

const hidden = (secret: string, text: string): boolean => !createRedact([secret])(text).includes(text);

test('white space around a value must not save it', () => {
  assert.ok(hidden('  padded-value \n', 'padded-value'));
});

test('a value of short lines must be hidden where it is quoted on one line', () => {
  assert.ok(hidden('ab\ncd\n\tef\r\ngh', 'ab cd ef gh'));
});

test('the first and last line of a key must stay readable, and only those', () => {
  const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADAN\n-----END RSA PRIVATE KEY-----\n';
  assert.ok(hidden(key, 'MIIEvQIBADAN'));
  for (const line of ['-----BEGIN RSA PRIVATE KEY-----', '-----END RSA PRIVATE KEY-----'])
    assert.ok(!hidden(key, line), line);
  for (const value of ['x-----BEGIN KEY-----', '-----BEGIN KEY-----x', '-----BEGIN -----'])
    assert.ok(hidden(value, value), value);
});

test('a rest of fewer than 8 characters of a broken value must stay readable', () => {
  const secret = 'k'.repeat(64);
  assert.ok(!hidden(`${secret}another`, 'another'));
  assert.ok(hidden(`${secret}eighteen`, 'eighteen'));
});

test('a value that is broken into lines must be hidden line by line, and stand once among the forms', () => {
  const secret = Array.from({ length: 40 }, (_, index) => `p${index}`).join('-');
  const forms = printedForms(secret);
  for (const width of [64, 76]) assert.ok(forms.includes(secret.slice(0, width)), `${width}`);
  assert.equal(new Set(forms).size, forms.length);
});

const SECRET = 'sesame-8842';
for (const [before, after] of [
  ['', ''],
  ['', '~me'],
  ['', '~me2'],
  ['a', 'b'],
  ['ab', 'c'],
  ['ada:', ''],
  ['root:', ':x'],
] as const)
  test(`every character of Base64 that depends on the secret alone must go in "${before}${SECRET}${after}"`, () => {
    const text = Buffer.from(before + SECRET + after).toString('base64');
    const start = Math.ceil((before.length * 8) / 6);
    const end = Math.floor(((before.length + SECRET.length) * 8) / 6);
    const isWhole = before === '' && after === '';
    assert.equal(
      createRedact([{ value: SECRET }])(`<${text}>`),
      isWhole ? '<[redacted]>' : `<${text.slice(0, start)}[redacted]${text.slice(end)}>`,
    );
  });

test('Base64 of 8 characters must be hidden, and a shorter part stay, since it may stand in any other', () => {
  assert.ok(hidden('abcdef', 'YWJjZGVm'));
  assert.ok(!hidden('pin4', 'cGluN'));
});

test('what is no URL must have no parts, and a URL those that say who its user is', () => {
  for (const text of ['user:abcdefghijklmnopqrst', '://u:passwd@h', 'plain', ''])
    assert.deepEqual(urlParts(text), [], text);
  const parts = (text: string): string[] => [...new Set(urlParts(text))].filter((part) => part !== '').sort();
  assert.deepEqual(parts('https://hooks.example/services/T0/abcdefghijklmnop'), ['abcdefghijklmnop']);
  assert.deepEqual(parts('https://hooks.example/abcdefghijklmno'), []);
  assert.deepEqual(parts('db://alice:pass@h/x'), ['pass']);
  assert.deepEqual(parts('db://a-very-long-user-name:pass@h/x'), ['a-very-long-user-name', 'pass']);
  assert.deepEqual(parts('db://alice@h/x'), ['alice']);
  assert.deepEqual(parts('https://h/?x=abcdefghijklmnop&y=short&token=t'), ['abcdefghijklmnop', 't']);
});

test('a password that is no valid encoding must be hidden as it is written', () => {
  assert.ok(hidden('db://u:100%zz-pass@h', '100%zz-pass'));
});

test('each text of a JSON document must be hidden as it is, and what only looks like JSON be a plain value', () => {
  const key = JSON.stringify({ type: 'x', nested: [{ password: 'pa"ss-word' }], port: 12345 });
  assert.ok(hidden(key, 'pa"ss-word'));
  assert.ok(!hidden(key, '12345'));
  assert.ok(hidden(` ${key}`, 'pa"ss-word'));
  assert.ok(!hidden('"production"', 'production'));
  assert.ok(hidden('{no-json-at-all', '{no-json-at-all'));
});
