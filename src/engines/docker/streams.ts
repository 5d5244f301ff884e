/**
 * Connects to the streams of a container's main process, and of processes that are started in a container.
 */
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { GatewayError } from '../../errors.ts';
import type {
  AttachOptions,
  ContainerStreams,
  ExecProcess,
  ExecSpec,
  ExecState,
  OutputHandlers,
} from '../../model/engine.ts';
import { demultiplexer } from './multiplex.ts';
import { execRefusal } from './podman.ts';
import { answered } from './refusals.ts';

export async function attachTo(
  docker: Docker,
  containerId: string,
  { hasInput, hasTerminal }: AttachOptions,
  output: OutputHandlers,
): Promise<ContainerStreams> {
  const query = {
    stream: true,
    stdout: true,
    stderr: true,
    ...(hasInput ? { stdin: true, hijack: true } : {}),
  };
  const stream = (await answered(docker.getContainer(containerId).attach(query))) as Duplex;
  return follow(stream, hasTerminal, output);
}

export async function execIn(
  docker: Docker,
  containerId: string,
  spec: ExecSpec,
  output: OutputHandlers,
): Promise<ExecProcess> {
  const streams = { AttachStdin: true, AttachStdout: true, AttachStderr: true };
  const exec = await createExec(docker, containerId, { ...execOptions(spec), ...streams });
  const stream = await answered(exec.start({ hijack: true, stdin: true })).catch((error) => {
    throw startError(error);
  });
  return { ...follow(stream as Duplex, false, output), state: () => execState(exec) };
}

export async function execDetached(docker: Docker, containerId: string, spec: ExecSpec): Promise<void> {
  const exec = await createExec(docker, containerId, execOptions(spec));
  // The connection stays open until its answer has been read.
  (await answered(exec.start({ Detach: true })))?.resume();
}

async function createExec(
  docker: Docker,
  containerId: string,
  options: Docker.ExecCreateOptions,
): Promise<Docker.Exec> {
  const exec = answered(docker.getContainer(containerId).exec(options));
  return (await exec.catch(execRefusal(containerId))) as Docker.Exec;
}

function execOptions({ command, env, workdir, user }: ExecSpec): Docker.ExecCreateOptions {
  return {
    Cmd: [...command],
    Env: Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(workdir === undefined ? {} : { WorkingDir: workdir }),
    ...(user === undefined ? {} : { User: user }),
  };
}

async function execState(exec: Docker.Exec): Promise<ExecState> {
  const info = await answered(exec.inspect(), 404);
  if (!info) return { isRunning: false };
  return info.Running ? { isRunning: true } : { isRunning: false, exitCode: info.ExitCode ?? -1 };
}

/** The container is there and runs; its refusal is about the command. */
function startError(error: GatewayError): GatewayError {
  return error.code === 'ENGINE_REFUSED'
    ? new GatewayError('START_FAILED', error.message, { cause: error })
    : error;
}

/** Handlers are set before this returns, so that no output is lost. */
function follow(stream: Duplex, hasTerminal: boolean, output: OutputHandlers): ContainerStreams {
  // A terminal has one stream for everything, without frames.
  stream.on('data', hasTerminal ? (chunk: Buffer) => output.stdout(chunk) : demultiplexer(output));
  let broken: Error | undefined;
  stream.on('error', (error) => {
    broken = error;
  });
  // The end of the output is the end of the process, though our half may still be open.
  stream.once('end', () => stream.destroy());
  const ended = new Promise<Error | undefined>((resolve) => {
    stream.once('close', () => resolve(broken));
  });
  return {
    stdin: stream,
    ended,
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    close: () => void stream.destroy(),
  };
}
