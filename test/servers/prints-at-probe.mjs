// Prints a page of errors at server/discover: `names` as older Python servers do, else one that does not name the question. A call makes it exit.
import { serve } from './serve.mjs';

const lines = (first, each) => [first, ...Array.from({ length: 30 }, each)].join('\n');
const NAMED = lines(
  'Failed to validate request: 31 validation errors for ClientRequest',
  () => "  Input should be 'ping' [type=literal_error, input_value='server/discover', input_type=str]",
);
const UNNAMED = lines('ERROR: a request that is not understood', (_, n) => `ERROR: it is not of kind ${n}`);
const refuse = () => ({ failed: { code: -32601, message: 'Method not found' } });

serve(
  {
    'server/discover': () => {
      console.error(process.argv[2] === 'names' ? NAMED : UNNAMED);
      return refuse();
    },
    'tools/call': () => {
      console.error('fatal: out of luck');
      process.exit(7);
    },
  },
  ({ id, result, error = result?.failed }) =>
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...(error ? { error } : { result }) })}\n`),
);
