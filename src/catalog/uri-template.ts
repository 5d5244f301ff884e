/**
 * Matches URIs against RFC 6570 templates, as far as routing of `resources/read` needs it: values are not
 * extracted, and characters that a strict expansion would have encoded are accepted as they are. The template
 * becomes a row of states that are all walked at once, so the time is at most URI length × template length,
 * whatever a server's template holds.
 */

interface State {
  /** True if this state accepts the character code. */
  readonly accepts: (code: number) => boolean;
  /** True if the state accepts any number of characters. */
  readonly loops: boolean;
  /** Number of states that may be skipped without a character; 0 if the state needs one. */
  readonly skips: number;
}

export type UriMatcher = (uri: string) => boolean;

/** Longer templates and URIs match nothing: routing must stay cheap. */
const MAX_LENGTH = 4096;

const [HASH, AMPERSAND, SLASH, QUESTION] = ['#', '&', '/', '?'].map((char) => char.charCodeAt(0));
const inSegment = (code: number): boolean => code !== SLASH && code !== QUESTION && code !== HASH;
const inPath = (code: number): boolean => code !== QUESTION && code !== HASH;
const inQuery = (code: number): boolean => code !== HASH;
const inPair = (code: number): boolean => code !== HASH && code !== AMPERSAND;
const anything = (): boolean => true;

/**
 * Operators of RFC 6570 section 2.2: the first character of an expansion, and the characters that may follow.
 */
const OPERATORS: Readonly<Record<string, { start: string; accepts: (code: number) => boolean }>> = {
  '/': { start: '/', accepts: inPath },
  '.': { start: '.', accepts: inSegment },
  ';': { start: ';', accepts: inSegment },
  '?': { start: '?', accepts: inQuery },
  '&': { start: '&', accepts: inQuery },
  '#': { start: '#', accepts: anything },
};

const EXPRESSION = /\{([+#./;?&]?)([^{}]*)\}/g;

/** Compiles a template to a matcher. A template without expressions matches only itself. */
export function compileUriTemplate(template: string): UriMatcher {
  if (template.length > MAX_LENGTH) return () => false;
  const states: State[] = [];
  let literalFrom = 0;
  for (const match of template.matchAll(EXPRESSION)) {
    states.push(...literal(template.slice(literalFrom, match.index)));
    states.push(...expression(match[1] ?? '', match[2] ?? '', isQueryOpen(template, match.index)));
    literalFrom = match.index + match[0].length;
  }
  states.push(...literal(template.slice(literalFrom)));
  return (uri) => uri.length <= MAX_LENGTH && matches(states, uri);
}

/** True after a literal `?`, where a value runs to the next `&` and may hold slashes. */
function isQueryOpen(template: string, index: number): boolean {
  return template.slice(0, index).replace(EXPRESSION, '').includes('?');
}

function literal(text: string): State[] {
  return [...Array(text.length).keys()].map((index) => {
    const expected = text.charCodeAt(index);
    return { accepts: (code) => code === expected, loops: false, skips: 0 };
  });
}

/**
 * States of an expression. A variable without a value expands to nothing, so all but simple and reserved ones
 * may be empty.
 */
function expression(operator: string, variables: string, queryOpen: boolean): State[] {
  if (variables === '') return literal(`{${operator}}`);
  if (operator === '+') return some(anything);
  const kind = OPERATORS[operator];
  if (kind === undefined) return some(queryOpen ? inPair : inSegment);
  const [start] = literal(kind.start);
  return start
    ? [
        { ...start, skips: 2 },
        { accepts: kind.accepts, loops: true, skips: 1 },
      ]
    : [];
}

function some(accepts: (code: number) => boolean): State[] {
  return [
    { accepts, loops: false, skips: 0 },
    { accepts, loops: true, skips: 1 },
  ];
}

function matches(states: readonly State[], uri: string): boolean {
  let current = reach(states, [0]);
  for (let index = 0; index < uri.length && current.size > 0; index++) {
    current = reach(states, advance(states, current, uri.charCodeAt(index)));
  }
  return current.has(states.length);
}

function advance(states: readonly State[], current: ReadonlySet<number>, code: number): number[] {
  const next: number[] = [];
  for (const at of current) {
    const state = states[at];
    if (state?.accepts(code)) next.push(state.loops ? at : at + 1);
  }
  return next;
}

/** All states that can be entered from these without a character. */
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
