/**
 * Matches URIs against RFC 6570 templates, as far as routing of `resources/read` needs it: values are not
 * extracted, and characters that a strict expansion would have encoded are accepted as they are. The template
 * becomes a row of states that are all walked at once, so the time is at most URI length × template length;
 * and the steps of each server are bounded.
 */

interface State {
  /** True if this state accepts the character code. */
  readonly accepts: (code: number) => boolean;
  /** True if the state accepts any number of characters. */
  readonly loops: boolean;
  /** Number of states that may be skipped without a character; 0 if the state needs one. */
  readonly skips: number;
}

/** Steps that may still be taken. Each state that is entered or compiled counts as one. */
export interface Steps {
  left: number;
}

/** @param steps shared by all templates of one server; nothing matches once they are used up */
export type UriMatcher = (uri: string, steps?: Steps) => boolean;

/** Longer templates and URIs match nothing: routing must stay cheap. */
const MAX_LENGTH = 4096;

/** Longer templates are compiled each time: thousands of them would take more memory than their server. */
const MAX_KEPT_LENGTH = 256;

/**
 * Steps that the templates of one server may take for one URI: a few milliseconds. Ordinary templates take
 * some ten thousand for the longest URI.
 */
const MAX_STEPS = 500_000;

export const newSteps = (): Steps => ({ left: MAX_STEPS });

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

/**
 * Makes the matcher of a template, which is compiled when it is first used, in time proportional to its
 * length. A template without expressions matches only itself.
 */
export function uriMatcher(template: string): UriMatcher {
  if (template.length > MAX_LENGTH) return () => false;
  const beginning = template.slice(0, beginningOf(template));
  let states: readonly State[] | undefined;
  return (uri, steps = newSteps()) => {
    if (uri.length > MAX_LENGTH || !uri.startsWith(beginning)) return false;
    if (states) return matches(states, uri, steps);
    steps.left -= template.length;
    if (steps.left < 0) return false;
    const compiled = compile(template);
    if (template.length <= MAX_KEPT_LENGTH) states = compiled;
    return matches(compiled, uri, steps);
  };
}

/** Length of the literal text before the first expression. */
export function beginningOf(template: string): number {
  const brace = template.indexOf('{');
  return brace < 0 ? template.length : brace;
}

function compile(template: string): State[] {
  const states: State[] = [];
  let literalFrom = 0;
  // After a literal `?` a value runs to the next `&`, and may hold slashes.
  let isQueryOpen = false;
  for (const match of template.matchAll(EXPRESSION)) {
    const before = template.slice(literalFrom, match.index);
    isQueryOpen ||= before.includes('?');
    states.push(...literal(before), ...expression(match[1] ?? '', match[2] ?? '', isQueryOpen));
    literalFrom = match.index + match[0].length;
  }
  states.push(...literal(template.slice(literalFrom)));
  return states;
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

function matches(states: readonly State[], uri: string, steps: Steps): boolean {
  /** Index of the character before which each state was entered last, and one more. */
  const enteredAt = new Uint16Array(states.length + 1);
  let current: number[] = [];
  const enter = (from: number, into: number[], index: number): void => {
    for (let at = from; enteredAt[at] !== index + 1; ) {
      enteredAt[at] = index + 1;
      into.push(at);
      const skips = states[at]?.skips ?? 0;
      if (skips === 0) return;
      at += skips;
    }
  };
  enter(0, current, 0);
  for (let index = 0; index < uri.length && current.length > 0; index++) {
    steps.left -= current.length;
    if (steps.left < 0) return false;
    const next: number[] = [];
    const code = uri.charCodeAt(index);
    for (const at of current) {
      const state = states[at];
      const after = state?.loops ? at : at + 1;
      if (state?.accepts(code)) enter(after, next, index + 1);
    }
    current = next;
  }
  return current.includes(states.length);
}
