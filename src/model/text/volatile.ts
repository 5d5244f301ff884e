/** Texts that differ only in what changes from one attempt to the next. */

/**
 * Times, ids and numbers: dates and clock times, host:port, durations, hex digits, pids, and every number of
 * three digits or more that is no exit code.
 */
const VOLATILE = [
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi,
  /\b\d{1,4}(?:[-:.T/_]\d{1,9}){2,}Z?/g,
  /:\d+\b/g,
  /\b\d+(?:\.\d+)? ?(?:ms|s|m|h)\b/g,
  /\b(?:0x)?(?=[0-9a-f-]*\d)[0-9a-f]{6,}\b/gi,
  /\bpid[ =:]+\d+/gi,
  /\[\d+\]/g,
  /(?<!\bcode )\b\d{3,}\b/g,
];

/** The text with a mark in place of each of those: equal for two reports of one failure. */
export const maskVolatile = (text: string): string =>
  VOLATILE.reduce((masked, pattern) => masked.replace(pattern, '#'), text);
