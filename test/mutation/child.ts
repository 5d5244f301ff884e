/** Runs test files in this process and ends at the first failure: exit code 1, and the test's name on stdout. */
import { run } from 'node:test';

const tests = run({ files: process.argv.slice(2), isolation: 'none', concurrency: 1 });
tests.on('test:fail', ({ name, todo }) => {
  if (todo !== undefined) return;
  process.stdout.write(name);
  process.exit(1);
});
tests.on('end', () => process.exit(0));
tests.resume();
