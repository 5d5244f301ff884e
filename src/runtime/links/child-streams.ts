import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Duplex, Readable, Writable } from 'node:stream';

/** A child that may not have started yet, and our ends of its streams. */
export interface Spawned {
  readonly child: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/**
 * Spawns with real pipes. Node connects children by Unix sockets: each call through them costs a tenth more, and a server cannot open
 * its own /dev/stdin. Where no pipe can be had those have to do.
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

interface Pipes {
  readonly stdin: Pipe;
  readonly stdout: Pipe;
}

/**
 * Node cannot make a pipe, but a shell does between its commands, and Linux opens what a process has open. Unlike FIFOs they have
 * no name that could be left behind. The one in the middle holds them until we have them, or are gone.
 */
const MAKER =
  ': | { exec 4<&0 5>&1; read -r pid rest </proc/self/stat; echo "$pid" >&3; read -r rest <&3; } | :';

/** It takes 2 ms. */
const MAKER_MS = 5_000;

async function makePipes(): Promise<Pipes> {
  if (process.platform !== 'linux') throw new Error('there is no /proc');
  const maker = spawn('/bin/sh', ['-c', MAKER], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    env: {},
    cwd: '/',
  });
  const held = maker.stdio[3] as Duplex;
  const timer = setTimeout(() => held.destroy(), MAKER_MS);
  try {
    const pid = await new Promise<Buffer>((resolve, reject) => {
      held.once('data', resolve).once('error', reject).once('close', reject);
      maker.once('error', reject);
    });
    return openPipes(`/proc/${Number(pid.toString())}/fd`);
  } finally {
    clearTimeout(timer);
    held.destroy();
  }
}

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** In this order no open waits for another: each end is there already when it is opened again, or has its other end. */
function openPipes(descriptors: string): Pipes {
  const opened: number[] = [];
  const open = (name: number, flags: number): number => {
    const fd = openSync(`${descriptors}/${name}`, flags);
    opened.push(fd);
    return fd;
  };
  try {
    return {
      stdin: { ours: open(4, O_WRONLY | O_NONBLOCK), theirs: open(4, O_RDONLY) },
      stdout: { ours: open(5, O_RDONLY | O_NONBLOCK), theirs: open(5, O_WRONLY) },
    };
  } catch (error) {
    for (const fd of opened) closeSync(fd);
    throw error;
  }
}
