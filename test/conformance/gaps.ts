/**
 * Scenarios that a server passes alone and not through Hive, with the reason. One that begins to pass has to leave the list.
 * By way: how the reference server is reached.
 */
const ASKS =
  'what a server asks of a client is refused: it is not carried to the session whose call caused it';
const SUBSCRIBES = 'subscriptions to resources are not carried';

const ALL_WAYS: Readonly<Record<string, string>> = {
  'tools-call-sampling': ASKS,
  'tools-call-elicitation': ASKS,
  'elicitation-sep1034-defaults': ASKS,
  'elicitation-sep1330-enums': ASKS,
  'resources-subscribe': SUBSCRIBES,
  'resources-unsubscribe': SUBSCRIBES,
};

export const GAPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'native, shared': ALL_WAYS,
  'native, isolation: session': ALL_WAYS,
  'remote, HTTP': ALL_WAYS,
};
