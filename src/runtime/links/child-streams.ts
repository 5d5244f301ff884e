/** Starts a child process whose stdin and stdout are real pipes. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Duplex, Readable, Writable } from 'node:stream';

/** A child process that may not have started yet, and Hive's ends of its streams. */
export interface Spawned {
  readonly child: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/**
 * Spawns a process with pipes for stdin and stdout. Node itself would use Unix sockets: a call through a
 * socket costs a tenth more, and a server cannot open its own /dev/stdin. Sockets are used where no pipe can
 * be made. The caller must destroy the streams.
 */
export async function spawnPiped(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<Spawned> {
  const pipes = await makePipes().catch(() => undefined);
  if (pipes) return spawnOn(pipes, command, args, options);
  const child = spawn(command, args, { ...options, stdio: 'pipe' });
  return { child, stdin: child.stdin, stdout: child.stdout, stderr: child.stderr };
}

function spawnOn(
  pipes: StdioPipes,
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): Spawned {
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

/**
 * File descriptors of a pipe's two ends. The child's end blocks, as programs expect of their standard
 * streams; Hive's end does not, for the event loop.
 */
interface Pipe {
  readonly ours: number;
  readonly theirs: number;
}

interface StdioPipes {
  readonly stdin: Pipe;
  readonly stdout: Pipe;
}

/**
 * Makes two pipes and keeps them open. Node cannot make a pipe, but a shell makes one between two commands,
 * and Linux lets other processes open what a process has open. Unlike FIFOs, such pipes have no name in a
 * folder that could be left behind. The middle command prints its pid and holds the pipes until Hive closes
 * the connection or dies.
 */
const PIPE_SCRIPT =
  ': | { exec 4<&0 5>&1; read -r pid rest </proc/self/stat; echo "$pid" >&3; read -r rest <&3; } | :';

/** The script takes 2 ms. */
const PIPE_SCRIPT_TIMEOUT_MS = 5_000;

async function makePipes(): Promise<StdioPipes> {
  if (process.platform !== 'linux') throw new Error('there is no /proc');
  const shell = spawn('/bin/sh', ['-c', PIPE_SCRIPT], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    env: {},
    cwd: '/',
  });
  const connection = shell.stdio[3] as Duplex;
  const timer = setTimeout(() => connection.destroy(), PIPE_SCRIPT_TIMEOUT_MS);
  try {
    const pid = await new Promise<Buffer>((resolve, reject) => {
      connection.once('data', resolve).once('error', reject).once('close', reject);
      shell.once('error', reject);
    });
    return openPipes(`/proc/${Number(pid.toString())}/fd`);
  } finally {
    clearTimeout(timer);
    connection.destroy();
  }
}

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/**
 * Opens both ends of the pipes that are descriptors 4 and 5 of another process. The order matters: opening an
 * end of a pipe waits until the other end is open, and in this order it always is.
 */
function openPipes(descriptors: string): StdioPipes {
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
