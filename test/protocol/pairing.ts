/** How each feature is translated between the eras, for docs/protocol.md. */
import type { Key } from './requirement.ts';

/** How each feature is translated between clients and servers of either era: L is legacy (up to 2025-11-25), M is modern (2026-07-28). */
export type How = 'lossless' | 'emulated' | 'impossible';

export interface Pairing {
  readonly feature: string;
  /** Tests through the whole gateway that together run every possible pairing. */
  readonly proofs: readonly Key[];
  /** Client by server: `LM` is a legacy client of a modern server. */
  readonly cells: Readonly<Record<'LL' | 'ML' | 'LM' | 'MM', readonly [how: How, why?: string]>>;
}

const LOSSLESS = ['lossless'] as const;

export const PAIRINGS: readonly Pairing[] = [
  {
    feature: 'lists',
    proofs: ['wholeLists', 'forms', 'foreignTasks', 'untouched'],
    cells: {
      LL: ['lossless', 'but for definitions that clients refuse: these are mended or left out'],
      ML: [
        'emulated',
        'resultType and caching hints are added, `execution` of tools is left out, as are tools that only a task can call',
      ],
      LM: ['emulated', 'an `outputSchema` that is not an object is wrapped as the member `result` of one'],
      MM: ['lossless', 'the gateway sets its own caching hints: 0 ms, private'],
    },
  },
  {
    feature: 'tools/call, prompts/get, resources/read, completion/complete',
    proofs: ['contents', 'forms', 'errorCodes', 'meta'],
    cells: {
      LL: LOSSLESS,
      ML: ['emulated', 'resultType and serverInfo are added, error codes of older versions translated'],
      LM: ['emulated', 'resultType and serverInfo are removed, structured content wrapped like its schema'],
      MM: LOSSLESS,
    },
  },
  {
    feature: 'progress',
    proofs: ['progressEnds'],
    cells: { LL: LOSSLESS, ML: LOSSLESS, LM: LOSSLESS, MM: LOSSLESS },
  },
  {
    feature: 'cancelling',
    proofs: ['cancels'],
    cells: {
      LL: LOSSLESS,
      ML: ['emulated', 'a closed stream becomes notifications/cancelled'],
      LM: ['emulated', 'over HTTP, notifications/cancelled closes the stream'],
      MM: ['lossless', 'over HTTP, the reason is not passed on'],
    },
  },
  {
    feature: 'log messages',
    proofs: ['whoseLogs', 'logsOwn'],
    cells: {
      LL: LOSSLESS,
      ML: [
        'emulated',
        'only if the request has its own connection: a shared process does not say which request a message belongs to',
      ],
      LM: [
        'emulated',
        'each request carries the session’s level; over stdio only while no other call wants log messages, since they do not say which request they belong to',
      ],
      MM: ['emulated', 'over HTTP unchanged; over stdio only while no other call wants log messages'],
    },
  },
  {
    feature: 'elicitation, sampling, roots',
    proofs: ['whoAsked', 'asked', 'askedBack', 'asksLegacy'],
    cells: {
      LL: [
        'lossless',
        'over HTTP and under `isolation`; impossible on a shared stdio process, which does not say which client it means',
      ],
      ML: [
        'emulated',
        'the call is parked and answered with input_required, and the retry continues it; possible where L×L is',
      ],
      LM: ['emulated', 'input_required becomes requests to the client, then the call is repeated'],
      MM: LOSSLESS,
    },
  },
  {
    feature: 'URL elicitation: notification of completion',
    proofs: ['ownEnd'],
    cells: {
      LL: LOSSLESS,
      ML: ['impossible', 'the modern era has no such notification: clients repeat the call'],
      LM: ['impossible', 'modern servers send no such notification'],
      MM: ['impossible', 'not in the protocol'],
    },
  },
  {
    feature: 'roots changed',
    proofs: ['rootsChanged'],
    cells: {
      LL: LOSSLESS,
      ML: ['impossible', 'modern clients send no such notification'],
      LM: ['impossible', 'modern servers expect no such notification'],
      MM: ['impossible', 'not in the protocol'],
    },
  },
  {
    feature: 'subscriptions to resources',
    proofs: ['whoseUpdates', 'follows'],
    cells: {
      LL: LOSSLESS,
      ML: ['emulated', 'subscriptions/listen becomes resources/subscribe, counted over all clients'],
      LM: ['emulated', 'resources/subscribe becomes part of one subscriptions/listen'],
      MM: ['lossless', 'one stream to the server for all clients, each filtered'],
    },
  },
  {
    feature: 'changed lists',
    proofs: ['whoseChanges'],
    cells: { LL: LOSSLESS, ML: LOSSLESS, LM: LOSSLESS, MM: LOSSLESS },
  },
  {
    feature: 'state that a server keeps per session',
    proofs: ['ownState'],
    cells: {
      LL: ['lossless', 'under `isolation: session`'],
      ML: [
        'impossible',
        'a modern request belongs to no session: under `isolation: session` each gets its own process, started ahead',
      ],
      LM: ['impossible', 'modern servers keep no such state'],
      MM: ['impossible', 'not in the protocol'],
    },
  },
  {
    feature: 'tasks',
    proofs: ['keptTasks', 'foreignTasks'],
    cells: {
      LL: [
        'lossless',
        'by id, for the session that started the task, with progress; no tasks/list, which would show other clients’ tasks',
      ],
      ML: ['impossible', 'tasks of 2025-11-25 and the tasks extension are different features (SEP-2663)'],
      LM: ['impossible', 'the same'],
      MM: ['lossless', 'by id, for the client that started the task, which may also subscribe to its status'],
    },
  },
  {
    feature: 'unknown methods and extensions',
    proofs: ['unknownMethods'],
    cells: {
      LL: ['lossless', 'at the endpoint of one server: /mcp/SERVER'],
      ML: ['lossless', 'the same'],
      LM: ['lossless', 'the same'],
      MM: ['lossless', 'the same; its extensions are declared there too'],
    },
  },
];
