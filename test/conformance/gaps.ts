/**
 * Scenarios that a server passes alone and not through Hive, with the reason. One that begins to pass has to leave the list.
 * By way: how the reference server is reached.
 */
const SHARED =
  'one legacy process that clients share over stdio cannot say whom it means: it is told that nobody can be asked (docs: isolation)';

export const GAPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'native, shared': {
    'tools-call-sampling': SHARED,
    'tools-call-elicitation': SHARED,
    'elicitation-sep1034-defaults': SHARED,
    'elicitation-sep1330-enums': SHARED,
  },
  'native, isolation: session': {},
  'remote, HTTP': {},
};
