/** Files in folders that are named after their content: another text never takes the place of one in use. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../files/make-folder.ts';
import { writeWhole } from './write-whole.ts';

const DIGEST_LENGTH = 12;

/**
 * Keeps a text as `FOLDER/TITLE-DIGEST/FILE`.
 * @param title begins the name of its folder; letters, digits, `-` and `_`
 * @returns the absolute path
 * @throws the error of the file system
 */
export function keepByContent(folder: string, title: string, file: string, text: string): string {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);
  const path = join(folder, `${title}-${digest}`, file);
  if (existsSync(path)) return path;
  makeFolder(dirname(path), 0o700);
  writeWhole(path, text);
  return path;
}

/** Removes what was kept, but for these paths. What cannot be removed stays. */
export function dropOthers(folder: string, kept: ReadonlySet<string>): void {
  if (!existsSync(folder)) return;
  const folders = new Set([...kept].map((path) => dirname(path)));
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!folders.has(path)) rmSync(path, { recursive: true, force: true });
  }
}
