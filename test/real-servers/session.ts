/** One client for both ways to a server: over its stdio, and through the gateway. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { openSession, POST_HEADERS } from '../edge/harness.ts';

type Json = Record<string, unknown>;

export interface Session {
  /** Resolves with the result or the error. Rejects after a minute. */
  ask(method: string, params?: Json): Promise<Json>;
  close(): Promise<void>;
}

const VERSION = '2025-11-25';
const PATIENCE_MS = 60_000;
const KILL_MS = 5_000;

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
}

/** Starts the server, and ends it with the session. */
export async function direct(program: Program): Promise<Session> {
  const { command, args, env, folder } = program;
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const waiting = new Map<number, (message: Json) => void>();
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-2_000);
  });
  child.stdin.on('error', () => {});
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = parse(line);
    if (message && !('method' in message)) waiting.get(message.id as number)?.(message);
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`exit ${code}: ${stderr.trim().split('\n').at(-1)}`);
  });
  ended.catch(() => {});
  const send = (message: Json): void =>
    void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let lastId = 0;
  const ask: Session['ask'] = (method, params = {}) => {
    const id = ++lastId;
    const answer = new Promise<Json>((resolve) => waiting.set(id, resolve)).then(outcomeOf);
    send({ id, method, params });
    return Promise.race([answer, ended, late(method)]);
  };
  const close = async (): Promise<void> => {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_MS);
    await ended.catch(() => {});
    clearTimeout(timer);
  };
  try {
    await ask('initialize', {
      protocolVersion: VERSION,
      capabilities: {},
      clientInfo: { name: 'real', version: '1' },
    });
    send({ method: 'notifications/initialized' });
  } catch (error) {
    await close();
    throw error;
  }
  return { ask, close };
}

/** A session at one endpoint of the gateway. */
export async function through(url: string): Promise<Session> {
  const session = await openSession(url);
  let lastId = 0;
  const ask: Session['ask'] = async (method, params = {}) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: ++lastId, method, params });
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...POST_HEADERS, ...session },
      body,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return outcomeOf(lastMessage(await response.text()));
  };
  const close = async (): Promise<void> => {
    await fetch(url, { method: 'DELETE', headers: session });
  };
  return { ask, close };
}

/** The response in a body of JSON, or the last event of a stream. */
function lastMessage(text: string): Json {
  if (text.startsWith('{')) return JSON.parse(text);
  const events = text.split('\n').filter((line) => line.startsWith('data:') && line.length > 6);
  return JSON.parse(events.at(-1)?.slice(5) ?? '{}');
}

const outcomeOf = ({ result, error }: Json): Json => (result ?? { error }) as Json;

function late(what: string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`${what}: no answer for a minute`)), PATIENCE_MS).unref();
  });
}

function parse(line: string): Json | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
