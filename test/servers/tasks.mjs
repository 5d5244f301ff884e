// A server of 2026-07-28 that answers each call with a task, which completes as soon as a client subscribes to it.
import { notify, serve } from './serve.mjs';

const EXTENSION = 'io.modelcontextprotocol/tasks';
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
let count = 0;

serve({
  'server/discover': () => ({
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {}, extensions: { [EXTENSION]: {} } },
  }),
  'tools/call'() {
    count += 1;
    return { resultType: 'task', taskId: `t${count}`, status: 'working', ttlMs: 60_000 };
  },
  'subscriptions/listen'({ notifications, _meta }, { id }) {
    if (!_meta[CAPABILITIES].extensions?.[EXTENSION]) throw new Error('the extension was not declared');
    const of = { _meta: { [SUBSCRIPTION]: id } };
    notify('notifications/subscriptions/acknowledged', { ...of, notifications });
    for (const taskId of notifications.taskIds ?? []) {
      const result = { resultType: 'complete', content: [{ type: 'text', text: `done ${taskId}` }] };
      notify('notifications/tasks', { ...of, taskId, status: 'completed', result });
    }
  },
});
