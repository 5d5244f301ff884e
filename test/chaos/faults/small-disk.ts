/** A disk that can be filled. */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** A folder on its own disk, small enough to be filled. */
export interface SmallDisk {
  fill(): void;
  free(): void;
  remove(): Promise<void>;
}

const SIZE_MIB = 16;

/** Undefined without the right to mount. */
export async function mountSmallDisk(folder: string): Promise<SmallDisk | undefined> {
  mkdirSync(folder, { recursive: true });
  const args = ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m,mode=700`, 'tmpfs', folder];
  const { exitCode } = await execa('mount', args, { reject: false });
  if (exitCode !== 0) return undefined;
  const ballast = join(folder, 'ballast');
  return {
    fill() {
      const file = openSync(ballast, 'a');
      const block = Buffer.alloc(64 * 1024);
      try {
        for (let written = 0; written < SIZE_MIB * 2 ** 20; written += block.length) writeSync(file, block);
      } catch {
        // The disk is full.
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    async remove() {
      await execa('umount', ['-l', folder], { reject: false });
    },
  };
}

/** True with the right to mount. */
export async function mayMount(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'hive-mount-'));
  const disk = await mountSmallDisk(folder);
  await disk?.remove();
  rmSync(folder, { recursive: true });
  return disk !== undefined;
}
