/** Tests through the whole gateway, with the pairings of client and server that they run (see requirement.ts). */
import type { Proof } from './requirement.ts';

const FEATURES = 'test/scenarios/protocol-features.test.ts';
const MESSAGES = 'test/scenarios/protocol-pairings.test.ts';
const QUESTIONS = 'test/scenarios/protocol-questions.test.ts';
const ALL = ['LL', 'ML', 'LM', 'MM'] as const;

// biome-ignore format: a table is read by its lines
export const PAIRING_PROOFS = {
  whoAsked: [FEATURES, 'what a server asks must reach the client whose call it is, and be answered: ${ends}', ALL],
  whoseLogs: [FEATURES, 'log messages must reach the client whose call they belong to, from its level on: ${ends}', ALL],
  whoseUpdates: [FEATURES, 'updates must reach those who follow a resource, and end with that: ${ends}', ALL],
  whoseChanges: [FEATURES, 'changed lists must be announced to those who hear of them, and served: ${ends}', ALL],
  contents: [FEATURES, 'completions, prompts and resources must be carried: ${ends}', ALL],
  wholeLists: [MESSAGES, 'lists of several pages must arrive whole: ${ends}', ALL],
  meta: [MESSAGES, 'what a client puts into _meta must arrive, and the envelope of its era only where it belongs: ${ends}', ALL],
  progressEnds: [MESSAGES, 'progress must reach the call that asked for it, before its end: ${ends}', ALL],
  cancels: [MESSAGES, 'a cancelled call must be cancelled at the server, and no other: ${ends}', ALL],
  errorCodes: [MESSAGES, 'errors must have the codes of the client’s era, and the server’s words: ${ends}', ALL],
  unknownMethods: [MESSAGES, 'a method that the gateway does not know must reach the server behind the endpoint, and be answered: ${ends}', ALL],
  ownEnd: ['test/scenarios/protocol-legacy.test.ts', 'the end of an elicitation must be told to the client it is for, and to no other', ['LL']],
  ownState: ['test/scenarios/isolation.test.ts', "isolation: session must keep one session's state from every other, ${kind}", ['LL']],
  wholeHandle: [QUESTIONS, 'a question must be asked within the call, and its handle be worth nothing changed, elsewhere or again: M×L', ['ML']],
  wholeState: [QUESTIONS, 'the state of a modern server must come back to it as it was, and a changed one reach it, too: M×M', ['MM']],
  notDeclared: [QUESTIONS, 'what a client has not declared must not be asked of it: ${ends}', ['ML', 'MM']],
  lacking: [QUESTIONS, 'what takes a capability that the client has not must be refused as that: M×M', ['MM']],
  showsUrls: [QUESTIONS, 'a URL to visit must be asked for of a client that can show it, and no other: M×L', ['ML']],
  oneLine: [MESSAGES, 'a message in several lines must reach a server over stdio as one: ${ends}', ALL],
  reserved: [MESSAGES, 'codes that the modern era has reserved must not reach its clients from a legacy server: ${ends}', ALL],
  forms: [MESSAGES, 'results must have the form of the client’s era: ${ends}', ALL],
  staleLists: ['test/scenarios/caching.test.ts', 'a list whose time is over must be read again when it is asked for: ${ends}', ['LM', 'MM']],
  keptTasks: [MESSAGES, 'a task must be found and cancelled by whoever began it: ${ends}', ['LL', 'MM']],
  taskReports: [MESSAGES, 'progress of a task must go on after the answer that began it, until the task ends: ${ends}', ['LL']],
  foreignTasks: [MESSAGES, 'tasks of the other era must not be offered: ${ends}', ['ML', 'LM']],
  follows: ['test/scenarios/subscriptions.test.ts', 'who follows a resource of a ${era} server must go on hearing of it when the server comes anew', ALL],
  askedBack: ['test/scenarios/protocol-modern-on-legacy.test.ts', 'a legacy server must be able to ask a modern client back: ${way}', ['ML']],
  takenOff: ['test/scenarios/protocol-modern-on-legacy.test.ts', 'what only the gateway and its client have to know must not reach a legacy server', ['ML']],
  asksLegacy: ['test/scenarios/protocol-legacy-on-modern.test.ts', 'a modern server must reach legacy clients with everything it asks, each with its own: ${way}', ['LM']],
  untouched: ['test/scenarios/protocol-legacy-on-modern.test.ts', 'a legacy client must see nothing of the modern era in results, and structured content as an object: ${way}', ['LM']],
  everyClient: ['test/scenarios/clients.test.ts', 'every client must list and call everything of every kind of server', ['LL', 'ML']],
} as const satisfies Record<string, Proof>;
