/**
 * What the image references of the stack mean on the engine. They are read when a person asks for it (at the
 * start, after an edit, by `restart`, `pull` and `plan`), not at each reload: a tag that somebody moves on
 * this machine replaces no running server by itself.
 */
import { defined } from '../../model/collections/defined.ts';
import type { Unit } from '../../model/compiled.ts';
import type { Engine, ImageFacts } from '../../model/engine.ts';
import type { ImageNow } from '../../model/observed.ts';
import { resolveReferences, type Values } from '../../model/references.ts';
import { type FindImage, outdatedBecause } from './built-on.ts';

export type ImagesNow = ReadonlyMap<string, ImageNow>;

export class KnownImages {
  readonly #find: FindImage;
  readonly #values: () => Values;
  readonly #now = new Map<string, ImageNow>();
  /** Servers whose images are to be read again. */
  readonly #due = new Set<string>();
  #isAllDue = true;

  constructor(engine: Pick<Engine, 'image'>, values: () => Values) {
    this.#find = (reference) => engine.image(reference);
    this.#values = values;
  }

  /** Has the images of one server, or of all, read again at the next observation. */
  review(serverName?: string): void {
    if (serverName === undefined) this.#isAllDue = true;
    else this.#due.add(serverName);
  }

  /** Keeps what a reference means after a pull, a build or a look at it. */
  note(reference: string, { imageId }: ImageFacts): void {
    this.#now.set(reference, { imageId });
  }

  /** What is known, after reading what is due. Never rejects: an engine that is gone is asked again. */
  async observe(units: readonly Unit[]): Promise<ImagesNow> {
    const due = units.filter(({ server }) => this.#isAllDue || this.#due.has(server.serverName));
    const wasAllDue = this.#isAllDue;
    this.#isAllDue = false;
    this.#due.clear();
    try {
      for (const { image = '' } of due) this.#now.delete(image);
      for (const [reference, now] of await this.read(due)) this.#now.set(reference, now);
    } catch {
      this.#isAllDue ||= wasAllDue;
      for (const { server } of due) this.#due.add(server.serverName);
    }
    return new Map(this.#now);
  }

  /** What the references of these units mean at this moment. @throws GatewayError ENGINE_UNREACHABLE */
  async read(units: readonly Unit[]): Promise<ImagesNow> {
    const answers = new Map<string, Promise<ImageFacts | undefined>>();
    const find: FindImage = (reference) => {
      const answer = answers.get(reference) ?? this.#find(reference);
      answers.set(reference, answer);
      return answer;
    };
    const values = this.#values();
    const read = units.map(async ({ server, image }): Promise<[string, ImageNow][]> => {
      if (server.type !== 'container' || image === undefined) return [];
      const facts = await find(resolveReferences(image, values));
      if (!facts) return [];
      const outdated = await outdatedBecause(find, server, facts, values);
      return [[image, defined({ imageId: facts.imageId, outdated })]];
    });
    return new Map((await Promise.all(read)).flat());
  }
}
