/** The text of the systemd unit that serves a stack. */
import { dirname } from 'node:path';

export interface UnitFacts {
  /** Absolute paths: of Node, of the script that was called, of the config file. */
  readonly node: string;
  readonly script: string;
  readonly file: string;
  /** The variable PATH: native servers are found on it, as in the shell of the user. */
  readonly path: string;
  readonly stateDir: string | undefined;
}

export function unitText({ node, script, file, path, stateDir }: UnitFacts): string {
  const variables = { PATH: path, ...(stateDir === undefined ? {} : { HIVE_STATE_DIR: stateDir }) };
  return `[Unit]
Description=Hive, MCP gateway and orchestrator
Wants=network-online.target
After=network-online.target docker.service

[Service]
Type=exec
WorkingDirectory=${escaped(dirname(file))}
${Object.entries(variables)
  .map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}\n`)
  .join('')}ExecStart=${[node, script, 'up', '-c', file].map(inCommand).join(' ')}
# hive down ends it for good, a crash does not.
Restart=on-failure
RestartSec=2
# An invalid config or a port that is taken does not mend itself in 2 s.
RestartSteps=5
RestartMaxDelaySec=60
# Hive drains its calls and stops its servers in order: longer than every timeouts.drain and stopGrace.
TimeoutStopSec=60
# Only Hive itself gets the signal: it ends its servers in order, and they die with it in any case.
KillMode=mixed

[Install]
WantedBy=default.target
`;
}

/** systemd replaces what begins with a percent sign. */
const escaped = (text: string): string => text.replaceAll('%', '%%');

const quoted = (text: string): string => `"${escaped(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** A word of a command, in which systemd replaces variables as well. */
const inCommand = (word: string): string => {
  const text = quoted(word).replaceAll('$', '$$$$');
  return /^"[\w@+=:,./-]+"$/.test(text) ? text.slice(1, -1) : text;
};
