/** Reads event streams (WHATWG HTML 9.2) of responses. */
export interface StreamEvent {
  readonly id: string | undefined;
  /** Empty for an event that only sets the id. */
  readonly data: string;
}

export async function* eventsOf(response: Response): AsyncGenerator<StreamEvent> {
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const field = (name: string): string[] =>
        lines.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []));
      const event = { id: field('id').at(-1), data: field('data').join('\n') };
      if (event.id !== undefined || event.data !== '') yield event;
    }
  }
}
