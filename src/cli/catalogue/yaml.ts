/** A server as lines of a stack file. */
import { entriesYaml } from '../../import/render.ts';

export const serversYaml = (name: string, server: Readonly<Record<string, unknown>>): string =>
  `servers:\n${entriesYaml(new Map([[name, server]]), '  ')}`;
