/** Texts about filters and renames that match no tool: a `deny` with a wrong name denies nothing. */
import type { Listing } from '../model/catalog.ts';
import { matchesPattern } from '../model/text/grammar.ts';

export interface FilterNote {
  readonly serverName: string;
  readonly text: string;
}

/** Longest list of names in a note. */
const MAX_NAMES = 3;

/** One note for each key of `tools` with names that no tool of its server has. */
export function filterNotes(listings: readonly Listing[]): FilterNote[] {
  return listings.flatMap((listing) => {
    const { allow = [], deny = [], rename } = listing.view.tools;
    return [
      ...noteOf('allow', allow, listing),
      ...noteOf('deny', deny, listing),
      ...noteOf('rename', Object.keys(rename), listing),
    ];
  });
}

function noteOf(key: string, patterns: readonly string[], { inventory, view }: Listing): FilterNote[] {
  const { serverName, tools } = inventory;
  const idle = patterns.filter((pattern) => !tools.some((tool) => matchesPattern(pattern, tool.key)));
  if (idle.length === 0 || tools.length === 0) return [];
  const own = idle.map((name) => name.slice(view.prefix.length + 1)).filter((name) => isOf(tools, name));
  const fix =
    own.length > 0 ? `; write ${own.slice(0, MAX_NAMES).join(', ')}: its own names have no prefix` : '';
  const more = idle.length > MAX_NAMES ? ` and ${idle.length - MAX_NAMES} more` : '';
  const names = `${idle.slice(0, MAX_NAMES).join(', ')}${more}`;
  return [
    { serverName, text: `\`tools.${key}\` names ${names}, which no tool of ${serverName} is called${fix}` },
  ];
}

const isOf = (tools: Listing['inventory']['tools'], name: string): boolean =>
  tools.some((tool) => tool.key === name);
