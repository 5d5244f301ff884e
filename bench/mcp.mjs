/** A minimal MCP client that opens sessions and checks that a call works. */
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const VERSION = '2025-06-18';
const MODERN_VERSION = '2026-07-28';

const CLIENT = { capabilities: {}, clientInfo: { name: 'bench', version: '1' } };

/** Opens a session; returns the header lines of its requests. */
export async function openSession(url) {
  const params = { protocolVersion: VERSION, ...CLIENT };
  const { headers } = await post(url, { jsonrpc: '2.0', id: 0, method: 'initialize', params });
  const sessionId = headers.get('mcp-session-id');
  const lines = [`mcp-protocol-version: ${VERSION}`, ...(sessionId ? [`mcp-session-id: ${sessionId}`] : [])];
  await post(url, { jsonrpc: '2.0', method: 'notifications/initialized' }, lines);
  return lines;
}

export async function openSessions(url, count) {
  const sessions = [];
  for (let index = 0; index < count; index++) sessions.push(await openSession(url));
  return sessions;
}

/** Headers and text of the response. @throws unless the status is a success */
export async function post(url, message, lines = []) {
  const own = Object.fromEntries(lines.map((line) => line.split(': ')));
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  const response = await fetch(url, { method: 'POST', headers: { ...HEADERS, ...own }, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 300)}`);
  return { headers: response.headers, text };
}

export const callBody = (tool) =>
  `{"jsonrpc":"2.0","id":$ID,"method":"tools/call","params":{"name":"${tool}","arguments":{"size":$SIZE}}}`;

/** The same call in 2026-07-28: without a session, with the client's description in each request. */
export function modernCall(tool) {
  const meta = JSON.stringify({
    'io.modelcontextprotocol/protocolVersion': MODERN_VERSION,
    'io.modelcontextprotocol/clientInfo': CLIENT.clientInfo,
    'io.modelcontextprotocol/clientCapabilities': CLIENT.capabilities,
  });
  return {
    headers: [`mcp-protocol-version: ${MODERN_VERSION}`, 'mcp-method: tools/call', `mcp-name: ${tool}`],
    body: callBody(tool).replace('"params":{', `"params":{"_meta":${meta},`),
  };
}

/** Fails unless a call returns a result of about the requested size. */
export async function probe({ port, path, body, headers = [], sessions = [] }, size) {
  const url = `http://127.0.0.1:${port}${path}`;
  const message = body.replaceAll('$ID', '1').replaceAll('$SIZE', size);
  const { text } = await post(url, message, [...headers, ...(sessions[0] ?? [])]);
  if (text.length < size * 0.5) throw new Error(`wrong answer: ${text.slice(0, 300)}`);
}
