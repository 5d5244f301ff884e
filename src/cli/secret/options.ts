/** Options of `hive secret`. */
import type { ConfigOption } from '../stack/stack-file.ts';

export interface SecretOptions extends ConfigOption {
  readonly global?: boolean;
  readonly file?: string;
  readonly json?: boolean;
}
