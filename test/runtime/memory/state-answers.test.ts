/** A state folder on a disk that does not answer is named within a limit, before anything waits without one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileReader, type FileSystem } from '../../../src/files/file-reader.ts';
import { requireAnswer, requireAnswers } from '../../../src/runtime/memory/state-answers.ts';
import { fsError } from '../../helpers/node-fs.ts';

const never = (): Promise<never> => new Promise(() => {});
const reader = (fs: Partial<FileSystem>): FileReader => new FileReader(fs as FileSystem, 20);
const BLOCKED = {
  code: 'STATE_FAILED',
  message: /cannot be used: its disk did not answer within/,
  hint: /mend the disk of .*, or set HIVE_STATE_DIR to a folder on another disk/,
};
const missing = async (): Promise<never> => {
  throw fsError('ENOENT');
};

test('a folder whose disk does not answer must be refused, and one that is missing not', async () => {
  await assert.rejects(requireAnswer('/dead/state', reader({ lstat: never })), BLOCKED);
  await assert.rejects(requireAnswers('/dead/state', reader({ lstat: never })), BLOCKED);
  await requireAnswer('/none', reader({ lstat: missing }));
  await requireAnswers('/none', reader({ lstat: missing, open: missing }));
});

for (const name of ['values.key', 'containers.json', 'eras.json', 'made.json', 'pipes.json', 'runs.json'])
  test(`a disk that answers for everything but the contents of ${name} must be refused`, async () => {
    const isDead = (path: string): boolean => path === `/dead/state/${name}`;
    const asked: string[] = [];
    const open = (path: string): Promise<never> => {
      asked.push(path);
      return isDead(path) ? never() : missing();
    };
    await assert.rejects(requireAnswers('/dead/state', reader({ lstat: missing, open })), BLOCKED);
    assert.ok(asked.some(isDead));
  });
