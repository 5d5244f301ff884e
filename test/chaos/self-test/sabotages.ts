/** Ways to break Hive. Each must make a chaos run fail. */
export interface Sabotage {
  readonly name: string;
  /** A file of Hive. */
  readonly path: string;
  /** Occurs once in the file. */
  readonly text: string;
  readonly replacement: string;
  /** Some problem of the run must match. */
  readonly expected: RegExp;
  /** Acts that clients prefer. */
  readonly acts?: readonly string[];
  /** The only faults of the run; absent for none: the sabotage shows in calls alone. */
  readonly faults?: readonly string[];
  /** Rounds until what is left behind is counted; absent for enough to notice anything else. */
  readonly rounds?: number;
}

/** Which of the two, in an expression of the sabotaged code: what was seen before, or what is there now. */
const swapped = (name: string, now: string): string =>
  `((it) => { const before = globalThis.${name}; globalThis.${name} = it; return before ?? it; })(${now})`;

export const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'all calls to one server are refused',
    path: 'src/runtime/calls/hold-until-ready.ts',
    text: 'if (isServing(serverName)) return next(serverName, request, caller);',
    replacement: `if (serverName === 'proc') return settled(refuse(serverName));
      if (isServing(serverName)) return next(serverName, request, caller);`,
    expected: /^proc failed \d+ of \d+ calls \(gentle\)/,
  },
  {
    name: 'a server that is replaced is not drained',
    path: 'src/runtime/upstream/requests/idle.ts',
    text: 'if (isIdle()) return;',
    replacement: 'return;',
    expected: /failed for no allowed cause \(gentle\)/,
    acts: ['count'],
    faults: ['edit an entry'],
  },
  {
    name: 'answers are swapped between calls',
    path: 'src/edge/legacy/answer.ts',
    text: 'progress.answered();',
    replacement: `progress.answered();
    if (Math.random() < 0.05) return ${swapped('reply', 'reply')};`,
    expected: /^(message of another client|wrong answer)/,
    acts: ['count'],
  },
  {
    name: 'an answer is sent twice',
    path: 'src/edge/legacy/resumable-stream.ts',
    text: 'const live = this.#live;',
    replacement: 'const live = this.#live;\n    live?.write(kept);',
    expected: /^second answer/,
    acts: ['count'],
  },
  {
    name: 'a call that was answered is made again',
    path: 'src/runtime/calls/retry-once.ts',
    text: "if (first.kind === 'result' || !first.isUndone || isCancelled) return first;",
    replacement:
      "if (isCancelled || (first.kind === 'result' ? Math.random() < 0.95 : !first.isUndone)) return first;",
    expected: /^call that reached its server twice/,
  },
  {
    name: 'each call leaves a file open',
    path: 'src/edge/legacy/answer.ts',
    text: 'const progress = new Progress(session, serverName, exchange);',
    replacement: `process.getBuiltinModule('node:fs').openSync('/dev/null', 'r');
  const progress = new Progress(session, serverName, exchange);`,
    expected: /more open files/,
  },
  {
    name: 'each call leaves something in memory',
    path: 'src/edge/legacy/answer.ts',
    text: 'const progress = new Progress(session, serverName, exchange);',
    replacement: `(globalThis.kept ??= []).push(Buffer.alloc(500_000, 1));
  const progress = new Progress(session, serverName, exchange);`,
    expected: /grew by/,
  },
  {
    name: 'a replaced process lives on',
    path: 'src/runtime/links/child.ts',
    text: 'stdin.flush();\n',
    replacement: 'stdin.flush();\n  if (graceMs > 0) return;\n',
    expected: /processes of \w+ instead of 1/,
    faults: ['edit an entry'],
    rounds: 1,
  },
  {
    name: 'files are left beside those that are written',
    path: 'src/store/write-whole.ts',
    text: 'rmSync(draft, { force: true });\n  try {',
    replacement: 'rmSync(draft, { force: true });\n  writeFileSync(`${draft}.${Date.now()}`, "");\n  try {',
    expected: /temporary file/,
    faults: ['edit an entry'],
    rounds: 1,
  },
  {
    name: 'a server that was killed is not started again',
    path: 'src/runtime/instances/instances.ts',
    text: "this.#announce({ kind: 'retryDue', instance: instance as InstanceIn<'failed'> });",
    replacement: '',
    expected: /^not (ready|tried again)/,
    faults: ['kill -9 a native server'],
  },
  {
    name: 'a resumed stream lacks what was sent meanwhile',
    path: 'src/edge/legacy/replays.ts',
    text: 'it.source.name === name && it.seq > seq',
    replacement: 'it.source.name === name && it.seq > seq + 1',
    expected: /^lost progress|the stream ended without an answer/,
    acts: ['count'],
  },
  {
    name: 'progress goes to another client',
    path: 'src/edge/legacy/answer.ts',
    text: 'if (this.#exchange) this.#exchange.precede(message);',
    replacement: `if (this.#exchange) ${swapped('exchange', 'this.#exchange')}.precede(message);`,
    expected: /^message of another client/,
    acts: ['count'],
  },
  {
    name: 'a question goes to another session',
    path: 'src/edge/legacy/server-requests.ts',
    text: 'const session = sessions.get(request.sessionId);',
    replacement: `const session = ${swapped('session', 'sessions.get(request.sessionId)')};`,
    expected: /^message of another client/,
    acts: ['beAsked'],
  },
  {
    name: 'cancellations are ignored',
    path: 'src/edge/legacy/messages.ts',
    text: 'open.call.cancel(reason);',
    replacement: '',
    expected: /^ignored cancellation/,
    acts: ['cancel'],
  },
  {
    name: 'updates of resources are not passed on',
    path: 'src/edge/modern/listen-streams.ts',
    text: 'listen.notify(method, params);',
    replacement: 'void listen;',
    expected: /^updates for modern clients failed/,
    acts: ['watch'],
  },
  {
    name: 'a session is open to every token',
    path: 'src/edge/legacy/session-header.ts',
    text: 'if (session?.caller.principal === principal) return session;',
    replacement: 'if (session) return session;',
    expected: /^request of a stranger/,
    faults: ['requests without a right'],
  },
];
