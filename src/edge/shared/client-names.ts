/** Names that clients give themselves in `clientInfo`. They are shown to people, and trusted by nobody. */
import { isRecord } from '../../model/collections/is-record.ts';
import { cutEnd } from '../../model/text/cut.ts';
import { member, type Span, stringAt } from '../../wire/envelope.ts';

/** Characters. */
const MAX_NAME = 64;
/** A larger `clientInfo`, such as one with icons, is read anew each time. */
const MAX_KEPT_BYTES = 512;

/** The name in a parsed `clientInfo`, shortened. */
export function clientName(clientInfo: unknown): string | undefined {
  const name = isRecord(clientInfo) ? clientInfo.name : undefined;
  return typeof name === 'string' ? short(name) : undefined;
}

/** A modern client sends its name with each request, so the last one is kept: most requests repeat it. */
export class ClientNames {
  #bytes = Buffer.alloc(0);
  #name: string | undefined;

  /** @param span of `clientInfo` in `text`; undefined for none */
  of(text: Buffer, span: Span | undefined): string | undefined {
    if (!span) return undefined;
    if (this.#isLast(text, span)) return this.#name;
    const name = stringAt(text, member(text, span, 'name'));
    const shown = name === undefined ? undefined : short(name);
    if (span.end - span.start > MAX_KEPT_BYTES) return shown;
    this.#bytes = Buffer.from(text.subarray(span.start, span.end));
    this.#name = shown;
    return shown;
  }

  #isLast(text: Buffer, { start, end }: Span): boolean {
    const kept = this.#bytes;
    return end - start === kept.length && text.compare(kept, 0, kept.length, start, end) === 0;
  }
}

/** A copy: a part of a longer text would keep all of it. */
const short = (name: string): string =>
  name.length <= MAX_NAME ? name : Buffer.from(cutEnd(name, MAX_NAME)).toString();
