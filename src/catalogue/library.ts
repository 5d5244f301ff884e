/** The catalogue as it is searched: read at the first use, and kept. */
import type { FileReader } from '../files/file-reader.ts';
import type { Entry } from './entry/entry.ts';
import { withPackages } from './run/borrow.ts';
import { CatalogueSearch } from './search/search.ts';
import { readShipped } from './shipped.ts';

export interface OpenLibrary {
  readonly entries: readonly Entry[];
  readonly search: CatalogueSearch;
  /** Sources that could not be read, as sentences. */
  readonly problems: readonly string[];
}

export class Library {
  readonly #folder: string;
  readonly #files: FileReader;
  #open: Promise<OpenLibrary> | undefined;

  /** @param folder the `catalogue` folder of the installation */
  constructor(folder: string, files: FileReader) {
    this.#folder = folder;
    this.#files = files;
  }

  /** @throws Error if nothing can be read; the next attempt reads again */
  open(): Promise<OpenLibrary> {
    if (this.#open) return this.#open;
    const open = this.#read();
    this.#open = open;
    open.catch(() => {
      if (this.#open === open) this.#open = undefined;
    });
    return open;
  }

  /** The next search reads everything again. */
  forget(): void {
    this.#open = undefined;
  }

  async #read(): Promise<OpenLibrary> {
    const { entries: shipped, problems } = await readShipped(this.#folder, this.#files);
    if (shipped.length === 0) throw new Error(problems.join('; '));
    const entries = withPackages(shipped);
    return { entries, search: new CatalogueSearch(entries), problems };
  }
}
