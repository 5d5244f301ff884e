/**
 * Does a URI belong to an RFC 6570 template? Enough to route `resources/read`: values are not extracted, and characters that a
 * strict expansion would have encoded are taken as they are. The template becomes a row of states that are all walked at
 * once, so the time is bounded by length of URI x length of template, whatever a server writes into its template.
 */

interface State {
  /** Whether this state takes the character code. */
  readonly takes: (code: number) => boolean;
  /** May take any number of characters. */
  readonly loops: boolean;
  /** How many states may be passed over without taking a character; 0 when it must take one. */
  readonly skips: number;
}

export type UriMatcher = (uri: string) => boolean;

/** Longer templates and URIs are never matched: routing must stay cheap. */
const LONGEST = 4096;

const [HASH, AMPERSAND, SLASH, QUESTION] = ['#', '&', '/', '?'].map((char) => char.charCodeAt(0));
const inSegment = (code: number): boolean => code !== SLASH && code !== QUESTION && code !== HASH;
const inPath = (code: number): boolean => code !== QUESTION && code !== HASH;
const inQuery = (code: number): boolean => code !== HASH;
const inPair = (code: number): boolean => code !== HASH && code !== AMPERSAND;
const anything = (): boolean => true;

/** Operators of RFC 6570 section 2.2: what an expression begins with and which characters it may expand to. */
const OPERATORS: Readonly<Record<string, { start: string; takes: (code: number) => boolean }>> = {
  '/': { start: '/', takes: inPath },
  '.': { start: '.', takes: inSegment },
  ';': { start: ';', takes: inSegment },
  '?': { start: '?', takes: inQuery },
  '&': { start: '&', takes: inQuery },
  '#': { start: '#', takes: anything },
};

const EXPRESSION = /\{([+#./;?&]?)([^{}]*)\}/g;

/** Compiled once a template; a text without expressions matches just itself. */
export function compileUriTemplate(template: string): UriMatcher {
  if (template.length > LONGEST) return () => false;
  const states: State[] = [];
  let literalFrom = 0;
  for (const match of template.matchAll(EXPRESSION)) {
    states.push(...literal(template.slice(literalFrom, match.index)));
    states.push(...expression(match[1] ?? '', match[2] ?? '', isQueryOpen(template, match.index)));
    literalFrom = match.index + match[0].length;
  }
  states.push(...literal(template.slice(literalFrom)));
  return (uri) => uri.length <= LONGEST && walk(states, uri);
}

/** Behind a literal `?` a value runs to the next `&`, and may hold slashes. */
function isQueryOpen(template: string, index: number): boolean {
  return template.slice(0, index).replace(EXPRESSION, '').includes('?');
}

function literal(text: string): State[] {
  return [...Array(text.length).keys()].map((index) => {
    const expected = text.charCodeAt(index);
    return { takes: (code) => code === expected, loops: false, skips: 0 };
  });
}

/** A variable without a value expands to nothing, so all but simple and reserved expressions may be absent. */
function expression(operator: string, variables: string, queryOpen: boolean): State[] {
  if (variables === '') return literal(`{${operator}}`);
  if (operator === '+') return some(anything);
  const kind = OPERATORS[operator];
  if (kind === undefined) return some(queryOpen ? inPair : inSegment);
  const [start] = literal(kind.start);
  return start
    ? [
        { ...start, skips: 2 },
        { takes: kind.takes, loops: true, skips: 1 },
      ]
    : [];
}

function some(takes: (code: number) => boolean): State[] {
  return [
    { takes, loops: false, skips: 0 },
    { takes, loops: true, skips: 1 },
  ];
}

function walk(states: readonly State[], uri: string): boolean {
  let current = reach(states, [0]);
  for (let index = 0; index < uri.length && current.size > 0; index++) {
    current = reach(states, step(states, current, uri.charCodeAt(index)));
  }
  return current.has(states.length);
}

function step(states: readonly State[], current: ReadonlySet<number>, code: number): number[] {
  const next: number[] = [];
  for (const at of current) {
    const state = states[at];
    if (state?.takes(code)) next.push(state.loops ? at : at + 1);
  }
  return next;
}

/** Every state that can be entered from these without taking a character. */
function reach(states: readonly State[], from: readonly number[]): Set<number> {
  const reached = new Set<number>();
  for (let at of from) {
    for (;;) {
      if (reached.has(at)) break;
      reached.add(at);
      const skips = states[at]?.skips ?? 0;
      if (skips === 0) break;
      at += skips;
    }
  }
  return reached;
}
