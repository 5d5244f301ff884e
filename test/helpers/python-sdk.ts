/**
 * The official Python SDK, where it is installed: HIVE_TEST_PYTHON_MCP names interpreters that have the package
 * `mcp`, divided by colons, as in `/tmp/mcp1/bin/python:/tmp/mcp2/bin/python`.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Era } from '../../src/model/era.ts';

export interface PythonClient {
  readonly name: string;
  /** Why the tests of this client are skipped; false if they run. */
  readonly missing: string | false;
  readonly eras: readonly Era[];
  /**
   * @param lines for each result the JSON text of its method and protocol version, then the result's own
   * @returns what the SDK says about each result that it refuses
   */
  refusals(lines: readonly string[]): Promise<string[]>;
}

/** Reads messages as the SDK's sessions do: JSON-RPC first, then the result by its method. */
const SCRIPT = `
import json, sys
import pydantic
try:
    from mcp_types import methods, jsonrpc
    messages = pydantic.TypeAdapter(jsonrpc.JSONRPCMessage)
    def read(method, version, text):
        methods.parse_server_result(method, version, messages.validate_json(text).result)
except ImportError:
    from mcp import types
    RESULTS = {
        'tools/list': types.ListToolsResult,
        'resources/list': types.ListResourcesResult,
        'resources/templates/list': types.ListResourceTemplatesResult,
        'prompts/list': types.ListPromptsResult,
    }
    def read(method, version, text):
        message = types.JSONRPCMessage.model_validate_json(text)
        RESULTS[method].model_validate(message.root.result)
lines = sys.stdin.read().split('\\n')
for head, result in zip(lines[::2], lines[1::2]):
    method, version = json.loads(head)
    try:
        read(method, version, '{"jsonrpc":"2.0","id":1,"result":' + result + '}')
    except Exception as error:
        print(json.dumps(f'{method} {version}: {error} in {result}'))
print(json.dumps('done'))
`;

const MISSING = 'HIVE_TEST_PYTHON_MCP names no Python with the package mcp';

export function pythonClients(): PythonClient[] {
  const interpreters = (process.env.HIVE_TEST_PYTHON_MCP ?? '').split(':').filter(Boolean);
  if (interpreters.length === 0) return [clientOf('the Python SDK', '', MISSING)];
  return interpreters.map((path) => clientOf(`the Python SDK of ${path}`, path, false));
}

function clientOf(name: string, path: string, missing: string | false): PythonClient {
  return {
    name,
    missing,
    // Version 1 reads results of the later era alike, as far as lists go.
    eras: ['legacy', 'modern'],
    async refusals(lines) {
      const child = spawn(path, ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdin.end(lines.join('\n'));
      const answers = (await text(child.stdout)).trim().split('\n');
      const said = answers.map((line) => JSON.parse(line) as string);
      if (said.pop() !== 'done') throw new Error(`${path} did not read all results`);
      return said;
    },
  };
}
