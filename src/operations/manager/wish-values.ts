/** Values of limits that clients ask for. */
import { z } from 'zod';

export const cpus = z.number().gt(0).optional();
/** In the units of Compose, at least what engines accept. */
export const limit = z
  .string()
  .regex(/^\d+(\.\d+)?[kmgKMG]b?$/)
  .optional()
  .describe('512m');
