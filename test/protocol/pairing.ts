import type { Key } from './requirement.ts';

/** What becomes of each feature between clients and servers of either era. L is legacy (up to 2025-11-25), M is modern (2026-07-28). */
export type How = 'lossless' | 'emulated' | 'impossible';

export interface Pairing {
  readonly feature: string;
  /** Tests through the whole gateway, which together run every pairing that is not impossible. */
  readonly proofs: readonly Key[];
  /** Client by server: `LM` is a legacy client in front of a modern server. */
  readonly cells: Readonly<Record<'LL' | 'ML' | 'LM' | 'MM', readonly [how: How, why?: string]>>;
}

const LOSSLESS = ['lossless'] as const;

export const PAIRINGS: readonly Pairing[] = [
  {
    feature: 'lists',
    proofs: ['wholeLists', 'forms', 'foreignTasks', 'untouched'],
    cells: {
      LL: LOSSLESS,
      ML: ['emulated', 'resultType and caching hints added, `execution` of tools left out'],
      LM: ['emulated', 'an `outputSchema` that is no object is shown as the member `result` of one'],
      MM: ['lossless', 'caching hints are the gateway’s own: 0 ms, private'],
    },
  },
  {
    feature: 'tools/call, prompts/get, resources/read, completion/complete',
    proofs: ['contents', 'forms', 'errorCodes', 'meta'],
    cells: {
      LL: LOSSLESS,
      ML: ['emulated', 'resultType and serverInfo added, codes of older versions translated'],
      LM: ['emulated', 'resultType taken off, structured content wrapped as its schema is'],
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
      LM: ['emulated', 'notifications/cancelled closes the stream over HTTP'],
      MM: ['lossless', 'a reason is not told over HTTP'],
    },
  },
  {
    feature: 'log messages',
    proofs: ['whoseLogs', 'logsOwn'],
    cells: {
      LL: LOSSLESS,
      ML: [
        'emulated',
        'only where the request has a connection of its own: a shared process does not say whose they are',
      ],
      LM: [
        'emulated',
        'the session’s level goes into each request; over stdio only while no other call wants them, since nothing there says whose they are',
      ],
      MM: ['emulated', 'over HTTP as they come; over stdio only while no other call wants them'],
    },
  },
  {
    feature: 'elicitation, sampling, roots',
    proofs: ['whoAsked', 'asked', 'askedBack', 'asksLegacy'],
    cells: {
      LL: [
        'lossless',
        'over HTTP and under `isolation`; impossible on a shared stdio process, which does not say whom it means',
      ],
      ML: [
        'emulated',
        'the call is parked and answered with input_required, the retry goes on; where L×L can',
      ],
      LM: ['emulated', 'input_required is put to the client as requests, then the call is made again'],
      MM: LOSSLESS,
    },
  },
  {
    feature: 'URL elicitation: told when it is complete',
    proofs: ['ownEnd'],
    cells: {
      LL: LOSSLESS,
      ML: ['impossible', 'the modern era has no such notification: clients call again'],
      LM: ['impossible', 'a modern server does not tell'],
      MM: ['impossible', 'not in the protocol'],
    },
  },
  {
    feature: 'roots changed',
    proofs: ['rootsChanged'],
    cells: {
      LL: LOSSLESS,
      ML: ['impossible', 'modern clients do not tell'],
      LM: ['impossible', 'modern servers are not told'],
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
    feature: 'state that a server keeps for its client',
    proofs: ['ownState'],
    cells: {
      LL: ['lossless', 'under `isolation: session`'],
      ML: [
        'impossible',
        'a modern request belongs to no session: under `isolation: session` each has a process of its own, started ahead',
      ],
      LM: ['impossible', 'modern servers keep none'],
      MM: ['impossible', 'not in the protocol'],
    },
  },
  {
    feature: 'tasks',
    proofs: ['keptTasks', 'foreignTasks'],
    cells: {
      LL: [
        'lossless',
        'by the id, for the session that began it, and its progress with it; no tasks/list, which would show those of other clients',
      ],
      ML: ['impossible', 'tasks of 2025-11-25 and the extension are not the same thing (SEP-2663)'],
      LM: ['impossible', 'the same'],
      MM: ['lossless', 'by the id, for whoever began it, who may also listen to what becomes of it'],
    },
  },
  {
    feature: 'unknown methods and extensions',
    proofs: ['unknownMethods'],
    cells: {
      LL: ['lossless', 'where one server is behind the endpoint: /mcp/SERVER'],
      ML: ['lossless', 'the same'],
      LM: ['lossless', 'the same'],
      MM: ['lossless', 'the same; its extensions are declared there, too'],
    },
  },
];
