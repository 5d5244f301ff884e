/** The `templates` folder of this installation. */
import { join } from 'node:path';

/** Beside `src/` in a checkout, beside `dist/` in a package. */
export const SHIPPED = join(
  import.meta.dirname,
  import.meta.filename.endsWith('.ts') ? '../..' : '..',
  'templates',
);
