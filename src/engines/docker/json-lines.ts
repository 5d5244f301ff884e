/** Reads streams of JSON in which each value has a line of its own. */

/** A line of an engine is far shorter; what is longer is none. */
const MAX_LINE_CHARACTERS = 1 << 18;

/** Takes the stream in chunks. Lines that are no JSON are passed over. */
export function jsonLines(onValue: (value: unknown) => void): (chunk: Buffer) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (chunk) => {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_CHARACTERS) rest = '';
    for (const line of lines) {
      const value = parsed(line);
      if (value !== undefined) onValue(value);
    }
  };
}

function parsed(line: string): unknown {
  try {
    return line.trim() === '' ? undefined : JSON.parse(line);
  } catch {
    return undefined;
  }
}
