/** Finds the places of a source file where one small change should make a test fail. */
import { type Node, parseSync, visitorKeys } from 'oxc-parser';
import { changesOf } from './changes.ts';

/** One change of one file. */
export interface Mutant {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly line: number;
  /** Text that is replaced, and the text in its place. */
  readonly before: string;
  readonly after: string;
}

/** All mutants of a TypeScript file, in the order of their places; never two of the same effect on the text. */
export function mutantsOf(path: string, text: string): Mutant[] {
  const found = new Map<string, Mutant>();
  const visit = (node: Node, parents: readonly Node[]): void => {
    for (const { start, end, after } of changesOf(node, parents, text)) {
      const before = text.slice(start, end);
      const mutant = { start, end, line: lineAt(text, start), before, after };
      if (before !== after) found.set(`${start} ${end} ${after}`, mutant);
    }
    const inside = [node, ...parents];
    for (const child of childrenOf(node)) if (isMutated(child, inside)) visit(child, inside);
  };
  visit(parseSync(path, text).program, []);
  return [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

function childrenOf(node: Node): Node[] {
  return (visitorKeys[node.type] ?? []).flatMap((key) => {
    const child = Reflect.get(node, key) as Node | (Node | null)[] | null;
    return [child].flat().filter((each): each is Node => each !== null && typeof each === 'object');
  });
}

const WITH_VALUES = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);
/** Names of members that hold text for people. */
const WORDING = new Set(['message', 'hint', 'what', 'title']);

/** Types have no effect at run time, and the wording of a message is not a check. */
function isMutated(node: Node, [parent]: readonly Node[]): boolean {
  if (node.type.startsWith('TS')) return WITH_VALUES.has(node.type);
  if (node.type === 'ImportDeclaration' || parent?.type === 'TemplateLiteral') return false;
  if (parent?.type === 'NewExpression' && isError(parent.callee)) return false;
  return !(node.type === 'Property' && node.key.type === 'Identifier' && WORDING.has(node.key.name));
}

const isError = (node: Node): boolean => node.type === 'Identifier' && node.name.endsWith('Error');
