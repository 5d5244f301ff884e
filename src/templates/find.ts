/** Finds a template by `NAME` or `NAME@VERSION`. */
import type { Template } from './template.ts';

/**
 * A name alone means the highest version that is no prerelease. A version may leave out its end:
 * `agent-mcp@2` finds the highest 2.x. Undefined if there is none.
 */
export function findTemplate(templates: readonly Template[], reference: string): Template | undefined {
  const at = reference.lastIndexOf('@');
  const name = at > 0 ? reference.slice(0, at) : reference;
  const version = at > 0 ? reference.slice(at + 1) : '';
  const named = templates.filter((it) => it.name === name);
  const exact = named.find((it) => it.version === version);
  if (exact) return exact;
  const released = named.filter((it) => !it.version.includes('-'));
  const fitting = version === '' ? released : released.filter((it) => it.version.startsWith(`${version}.`));
  return fitting.toSorted((a, b) => compareVersions(b.version, a.version))[0];
}

/** By number, part by part; a prerelease comes before its release. */
export function compareVersions(a: string, b: string): number {
  const [aNumbers, aPre] = partsOf(a);
  const [bNumbers, bPre] = partsOf(b);
  for (let index = 0; index < 3; index++) {
    const difference = (aNumbers[index] ?? 0) - (bNumbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (aPre === bPre) return 0;
  if (aPre === '') return 1;
  return bPre === '' || aPre < bPre ? -1 : 1;
}

function partsOf(version: string): [numbers: number[], prerelease: string] {
  const dash = version.indexOf('-');
  const numbers = dash < 0 ? version : version.slice(0, dash);
  return [numbers.split('.').map(Number), dash < 0 ? '' : version.slice(dash + 1)];
}
