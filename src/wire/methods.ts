/** Names of every MCP method and notification that Hive sends, answers or recognizes. */

export const METHOD = {
  INITIALIZE: 'initialize',
  PING: 'ping',
  SET_LOG_LEVEL: 'logging/setLevel',
  COMPLETE: 'completion/complete',
  TOOLS_LIST: 'tools/list',
  TOOLS_CALL: 'tools/call',
  PROMPTS_LIST: 'prompts/list',
  PROMPTS_GET: 'prompts/get',
  RESOURCES_LIST: 'resources/list',
  RESOURCES_READ: 'resources/read',
  RESOURCES_SUBSCRIBE: 'resources/subscribe',
  RESOURCES_UNSUBSCRIBE: 'resources/unsubscribe',
  TEMPLATES_LIST: 'resources/templates/list',
  TASKS_GET: 'tasks/get',
  TASKS_RESULT: 'tasks/result',
  TASKS_UPDATE: 'tasks/update',
  TASKS_CANCEL: 'tasks/cancel',
  TASKS_LIST: 'tasks/list',
  /** Modern era. */
  DISCOVER: 'server/discover',
  /** Modern era. */
  LISTEN: 'subscriptions/listen',
  /** From server to client. */
  ELICIT: 'elicitation/create',
  /** From server to client. */
  SAMPLE: 'sampling/createMessage',
  /** From server to client. */
  ROOTS_LIST: 'roots/list',
  /**
   * Hive's own: asks an upstream for one task's notifications, which the modern era selects by a member of a
   * filter.
   */
  TASKS_SUBSCRIBE: 'tasks/subscribe',
  /** Hive's own: ends `TASKS_SUBSCRIBE`. */
  TASKS_UNSUBSCRIBE: 'tasks/unsubscribe',
} as const;

export const NOTIFICATION = {
  INITIALIZED: 'notifications/initialized',
  CANCELLED: 'notifications/cancelled',
  PROGRESS: 'notifications/progress',
  LOG_MESSAGE: 'notifications/message',
  TOOLS_CHANGED: 'notifications/tools/list_changed',
  PROMPTS_CHANGED: 'notifications/prompts/list_changed',
  RESOURCES_CHANGED: 'notifications/resources/list_changed',
  ROOTS_CHANGED: 'notifications/roots/list_changed',
  RESOURCE_UPDATED: 'notifications/resources/updated',
  /** Legacy era. */
  TASK_STATUS: 'notifications/tasks/status',
  /** Modern era: the extension's notification of a task. */
  TASK: 'notifications/tasks',
  /** Modern era: the server has opened a subscription. */
  ACKNOWLEDGED: 'notifications/subscriptions/acknowledged',
} as const;

/** True for a method of the tasks utility, in either era's form. */
export const isTaskMethod = (method: string): boolean => method.startsWith('tasks/');

const KNOWN: ReadonlySet<string> = new Set([...Object.values(METHOD), ...Object.values(NOTIFICATION)]);

/** True for a method or notification of MCP whose params Hive may read. */
export const isKnownMethod = (method: string): boolean => KNOWN.has(method);
