/** Reads the events of Podman, which knows no filter for a label, and none for several kinds at once. */

/** Podman's own words beside those of Docker. */
const CHANGES = new Set(['start', 'die', 'died', 'destroy', 'remove', 'pause', 'unpause', 'rename']);
/** An event is far shorter; what is longer is none. */
const MAX_LINE_CHARACTERS = 1 << 16;

/**
 * Takes the stream in chunks, and reports each event of a container with this label after which a listing may
 * differ.
 */
export function podmanEvents(label: string, onChange: () => void): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_CHARACTERS) rest = '';
    if (lines.some((line) => isChange(line, label))) onChange();
  };
}

function isChange(line: string, label: string): boolean {
  try {
    const { Action, Actor } = JSON.parse(line) as {
      Action?: string;
      Actor?: { Attributes?: Readonly<Record<string, string>> };
    };
    return CHANGES.has(Action ?? '') && Object.hasOwn(Actor?.Attributes ?? {}, label);
  } catch {
    return false;
  }
}
