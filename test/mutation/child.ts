/**
 * Runs a test file in this process and ends at the first failure: exit code 1, and the test's name on stdout. A second
 * argument is a pattern of names: only such tests run.
 */
import { run } from 'node:test';

const [file = '', pattern] = process.argv.slice(2);
const tests = run({
  files: [file],
  isolation: 'none',
  concurrency: 1,
  ...(pattern === undefined ? {} : { testNamePatterns: [new RegExp(pattern)] }),
});
tests.on('test:fail', ({ name, todo }) => {
  if (todo !== undefined) return;
  process.stdout.write(name);
  process.exit(1);
});
tests.on('end', () => process.exit(0));
tests.resume();
