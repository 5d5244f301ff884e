/** Where the value of a secret comes from: a prompt that shows nothing, stdin, or a file. */
import { GatewayError } from '../../errors.ts';
import { readFileBytes } from '../../files/read-file.ts';
import { MAX_VALUE_BYTES, secretValueOf } from '../../secrets/store/names.ts';
import { questionStream } from '../terminal/print.ts';

/** A line end more than a value may have. */
const MAX_INPUT_BYTES = MAX_VALUE_BYTES + 2;

/** @param file `-` for stdin @throws GatewayError USAGE, VALUE_INVALID */
export async function readValue(name: string, file: string | undefined): Promise<string> {
  if (file !== undefined && file !== '-') return secretValueOf(bytesOf(file));
  if (file === '-' || process.stdin.isTTY !== true) return secretValueOf(await stdinBytes());
  const { password } = await import('@inquirer/prompts');
  const typed = await password(
    { message: `Value of ${name} (not shown):`, mask: false },
    { output: questionStream() },
  );
  return secretValueOf(Buffer.from(typed));
}

function bytesOf(file: string): Buffer {
  try {
    return readFileBytes(file, { maxBytes: MAX_INPUT_BYTES });
  } catch (cause) {
    throw new GatewayError('USAGE', `cannot read ${file}: ${(cause as Error).message}`, {
      hint: 'name a file with the value alone: --file FILE',
      cause,
    });
  }
}

async function stdinBytes(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of process.stdin) {
    total += (chunk as Buffer).length;
    chunks.push(chunk as Buffer);
    // More than a value may have is refused as a value, and not read to its end.
    if (total > MAX_INPUT_BYTES) break;
  }
  return Buffer.concat(chunks);
}
