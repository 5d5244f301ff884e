/**
 * Loaded before a program (`--import`), this makes it believe that it runs on macOS: no /proc, no pipes of Linux, no locks
 * of the kernel. What programs of the system do stays that of this machine.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

Object.defineProperty(process, 'platform', { value: 'darwin' });
const HIDDEN = /^\/proc(\/|$)/;
for (const name of ['readdirSync', 'openSync', 'readFileSync', 'readlinkSync', 'statSync', 'lstatSync']) {
  const real = fs[name];
  fs[name] = (path, ...rest) => {
    if (HIDDEN.test(String(path)))
      throw Object.assign(new Error(`ENOENT: no such file or directory, '${path}'`), { code: 'ENOENT' });
    return real(path, ...rest);
  };
}
syncBuiltinESMExports();
