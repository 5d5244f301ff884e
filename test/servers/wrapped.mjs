// Like `npx`: runs the real server as a child that inherits the pipes, and waits for it.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const name = process.argv[2] ?? 'ignores-sigterm';
const child = spawn(process.execPath, [fileURLToPath(new URL(`${name}.mjs`, import.meta.url))], {
  stdio: 'inherit',
});
child.on('exit', (code) => process.exit(code ?? 1));
