import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';

/** A child that may not have started yet, and our ends of its streams. */
export interface Spawned {
  readonly child: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/**
 * Spawns with real pipes. Node connects children by Unix sockets: each call through them costs a tenth more, and a server cannot open
 * its own /dev/stdin. Where no FIFO can be made those have to do.
 */
export async function spawnPiped(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<Spawned> {
  const pipes = await makePipes().catch(() => undefined);
  if (!pipes) {
    const child = spawn(command, args, { ...options, stdio: 'pipe' });
    return { child, stdin: child.stdin, stdout: child.stdout, stderr: child.stderr };
  }
  const stdin = new Socket({ fd: pipes.stdin.ours, readable: false, writable: true });
  const stdout = new Socket({ fd: pipes.stdout.ours, readable: true, writable: false });
  try {
    const child = spawn(command, args, {
      ...options,
      stdio: [pipes.stdin.theirs, pipes.stdout.theirs, 'pipe'],
    });
    return { child, stdin, stdout, stderr: child.stderr as Readable };
  } catch (error) {
    stdin.destroy();
    stdout.destroy();
    throw error;
  } finally {
    closeSync(pipes.stdin.theirs);
    closeSync(pipes.stdout.theirs);
  }
}

/** File descriptors. Theirs block, as programs expect of their streams; ours are for the event loop. */
interface Pipe {
  readonly ours: number;
  readonly theirs: number;
}

/** They have names only until both ends are open. */
async function makePipes(): Promise<{ stdin: Pipe; stdout: Pipe }> {
  const folder = await mkdtemp(join(tmpdir(), 'hive-'));
  try {
    const [input, output] = [join(folder, 'in'), join(folder, 'out')];
    await promisify(execFile)('mkfifo', ['-m', '600', input, output]);
    return { stdin: openInput(input), stdout: openOutput(output) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

function openInput(path: string): Pipe {
  // An end waits for the other, or refuses to be without it; one of both directions is both.
  const both = openSync(path, O_RDWR | O_NONBLOCK);
  const pipe = { theirs: openSync(path, O_RDONLY), ours: openSync(path, O_WRONLY | O_NONBLOCK) };
  closeSync(both);
  return pipe;
}

function openOutput(path: string): Pipe {
  return { ours: openSync(path, O_RDONLY | O_NONBLOCK), theirs: openSync(path, O_WRONLY) };
}
