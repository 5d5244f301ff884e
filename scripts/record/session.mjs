/** What the recorded session of the README types, and the folder in which it does so. */

/** @typedef {{ type: string, when?: RegExp, answer?: string }} Command `answer` is typed when `when` is shown */

export const COLUMNS = 108;
export const ROWS = 19;

/** Files below the home folder, by path. The session runs in `demo`. */
export const FILES = {
  'demo/hive.yaml': `servers:
  everything: { command: npx -y @modelcontextprotocol/server-everything@2026.8.31 stdio }
  time: { build: ./time }
`,
  'demo/time/Dockerfile': `FROM python:3.13-slim
RUN pip install --no-cache-dir mcp-server-time==2026.10.19
USER 1000:1000
ENTRYPOINT ["mcp-server-time"]
`,
  '.cursor/mcp.json': `{
  "mcpServers": {}
}
`,
};

/**
 * The screen is empty at the start of each scene.
 *
 * @type {readonly (readonly Command[])[]}
 */
export const SCENES = [
  [{ type: 'cat hive.yaml' }, { type: 'hive up -d' }],
  [{ type: 'hive connect cursor', when: /Write this to/, answer: 'y\n' }],
  [
    { type: 'hive call everything_get-sum a=40 b=2' },
    { type: 'hive tools time' },
    { type: 'hive calls' },
    { type: 'hive ps' },
  ],
];

/** Typed before the recording, and not shown: a checkout builds itself at the first command. */
export const BEFORE = ['hive --version'];

/** Typed after the recording, and not shown. */
export const AFTER = ['hive down --volumes'];
