/** Tests through the whole gateway, with the pairings of client and server that they run (see requirement.ts). */
import type { Proof } from './requirement.ts';

const FEATURES = 'test/scenarios/protocol-features.test.ts';
const MESSAGES = 'test/scenarios/protocol-pairings.test.ts';
const QUESTIONS = 'test/scenarios/protocol-questions.test.ts';
const ALL = ['LL', 'ML', 'LM', 'MM'] as const;

// biome-ignore format: a table is read by its lines
export const PAIRING_PROOFS = {
  whoAsked: [FEATURES, "a server's request must reach the client whose call caused it, and be answered: ${ends}", ALL],
  whoseLogs: [FEATURES, 'log messages must reach the client of their call, at its level or above: ${ends}', ALL],
  whoseUpdates: [FEATURES, 'updates must reach the subscribers of a resource, and stop when they unsubscribe: ${ends}', ALL],
  whoseChanges: [FEATURES, 'changed lists must be announced to clients that see them, and served: ${ends}', ALL],
  contents: [FEATURES, 'completions, prompts and resources must be forwarded: ${ends}', ALL],
  wholeLists: [MESSAGES, 'lists of several pages must arrive complete: ${ends}', ALL],
  meta: [MESSAGES, "a client's _meta must arrive, and the modern envelope only at modern servers: ${ends}", ALL],
  progressEnds: [MESSAGES, 'progress must reach the call that asked for it, before its result: ${ends}', ALL],
  cancels: [MESSAGES, 'a cancelled call, and no other, must be cancelled at the server: ${ends}', ALL],
  errorCodes: [MESSAGES, 'errors must have the codes of the client’s era and the server’s message: ${ends}', ALL],
  unknownMethods: [MESSAGES, 'an unknown method must reach the server of the endpoint, and be answered: ${ends}', ALL],
  ownEnd: ['test/scenarios/protocol-legacy.test.ts', 'the end of an elicitation must be announced only to its client', ['LL']],
  ownState: ['test/scenarios/isolation.test.ts', "isolation: session must keep each session's state private, ${kind}", ['LL']],
  wholeHandle: [QUESTIONS, 'input must be requested within the call, and its handle be invalid if changed, reused or sent elsewhere: M×L', ['ML']],
  wholeState: [QUESTIONS, 'the state of a modern server must return unchanged, and an altered one reach it too: M×M', ['MM']],
  notDeclared: [QUESTIONS, 'undeclared input must not be requested from a client: ${ends}', ['ML', 'MM']],
  lacking: [QUESTIONS, 'a call that needs an undeclared capability must be refused as such: M×M', ['MM']],
  showsUrls: [QUESTIONS, 'a URL must be sent only to a client that declared URL elicitation: M×L', ['ML']],
  showsUrlsLegacy: [QUESTIONS, 'a URL must be sent only to a client that declared URL elicitation: L×L', ['LL']],
  oneLine: [MESSAGES, 'a message in several lines must reach a server over stdio as one line: ${ends}', ALL],
  reserved: [MESSAGES, 'reserved codes of the modern era must not reach its clients from a legacy server: ${ends}', ALL],
  forms: [MESSAGES, 'results must have the form of the client’s era: ${ends}', ALL],
  staleLists: ['test/scenarios/caching.test.ts', 'an expired list must be read again when a client asks for it: ${ends}', ['LM', 'MM']],
  keptTasks: [MESSAGES, 'a task must be found and cancelled by the client that started it: ${ends}', ['LL', 'MM']],
  taskReports: [MESSAGES, 'progress of a task must continue after the answer that created it, until the task ends: ${ends}', ['LL']],
  foreignTasks: [MESSAGES, 'tasks of the other era must not be offered: ${ends}', ['ML', 'LM']],
  follows: ['test/scenarios/subscriptions.test.ts', 'subscribers of a resource of a ${era} server must keep receiving updates after the server is replaced', ALL],
  askedBack: ['test/scenarios/protocol-modern-on-legacy.test.ts', 'a legacy server must be able to send requests to a modern client: ${way}', ['ML']],
  takenOff: ['test/scenarios/protocol-modern-on-legacy.test.ts', 'members meant for the gateway alone must not reach a legacy server', ['ML']],
  asksLegacy: ['test/scenarios/protocol-legacy-on-modern.test.ts', 'all kinds of requests of a modern server must reach the legacy client whose call caused them: ${way}', ['LM']],
  untouched: ['test/scenarios/protocol-legacy-on-modern.test.ts', 'a legacy client must see no modern members in results, and structured content as an object: ${way}', ['LM']],
  everyClient: ['test/scenarios/clients.test.ts', 'every client must be able to list and call everything on every kind of server', ['LL', 'ML']],
} as const satisfies Record<string, Proof>;
