/** Known gaps of the server scenarios. */
import type { Era } from '../../src/model/era.ts';

/**
 * Scenarios that a reference server passes alone but not through Hive, with the reason, by the way in which the server is
 * reached. A scenario that passes must be removed from the list.
 */
const SHARED =
  'one legacy process that clients share over stdio cannot say whom it means: it is told that nobody can be asked (docs: isolation)';
const KEYS =
  'the scenario wants questions under the names that its own server gives them; those of a legacy server have none, so Hive names them';
const DECLARES =
  'the scenario wants a server to refuse for itself what its client has not declared; a legacy server does not see the single request';

/** A legacy server's requests reach a modern client, as test/scenarios/protocol-modern-on-legacy.test.ts proves, but not by name. */
const MODERN_ON_LEGACY: Readonly<Record<string, string>> = {
  'server-stateless': DECLARES,
  'input-required-result-basic-elicitation': KEYS,
  'input-required-result-basic-sampling': KEYS,
  'input-required-result-basic-list-roots': KEYS,
  'input-required-result-request-state': KEYS,
  'input-required-result-multiple-input-requests': KEYS,
  'input-required-result-multi-round': KEYS,
  'input-required-result-non-tool-request': KEYS,
  'input-required-result-result-type': KEYS,
  'input-required-result-tampered-state': KEYS,
  'input-required-result-capability-check': DECLARES,
};

const LEFT_OUT = 'the Python reference leaves the tool out that the scenario calls';
const NO_SUBSCRIPTIONS = 'FastMCP 4.0.10 has no subscriptions to resources';

type Gaps = Readonly<Record<string, string>>;

export const GAPS: Readonly<Record<string, Readonly<Partial<Record<Era, Gaps>>>>> = {
  'legacy native, shared': {
    legacy: {
      'tools-call-sampling': SHARED,
      'tools-call-elicitation': SHARED,
      'elicitation-sep1034-defaults': SHARED,
      'elicitation-sep1330-enums': SHARED,
    },
    modern: MODERN_ON_LEGACY,
  },
  'legacy native, isolation: session': { modern: MODERN_ON_LEGACY },
  'legacy remote, HTTP': { modern: MODERN_ON_LEGACY },
  'modern container, FastMCP': {
    legacy: {
      'elicitation-sep1034-defaults': LEFT_OUT,
      'elicitation-sep1330-enums': LEFT_OUT,
      'json-schema-2020-12': LEFT_OUT,
      'resources-subscribe': NO_SUBSCRIPTIONS,
      'resources-unsubscribe': NO_SUBSCRIPTIONS,
    },
    modern: {
      'server-stateless': LEFT_OUT,
      'input-required-result-capability-check': LEFT_OUT,
      'json-schema-2020-12': LEFT_OUT,
      'http-custom-header-server-validation': LEFT_OUT,
    },
  },
};

/** Scenarios of the tasks extension, which neither the reference server nor Hive implements; the suite does not score them. */
export const UNSUPPORTED: readonly string[] = [
  'tasks-lifecycle',
  'tasks-capability-negotiation',
  'tasks-wire-fields',
  'tasks-request-state-removal',
  'tasks-mrtr-input',
  'tasks-request-headers',
  'tasks-dispatch-and-envelope',
  'tasks-required-task-error',
  'tasks-mrtr-composition',
];
