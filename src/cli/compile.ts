/** `hive compile`: writes the Compose file, or checks that it is up to date. */
import { relative } from 'node:path';
import { compile } from '../compile/compile.ts';
import { hasCompiledFile, writeCompiledFile } from '../compose-files.ts';
import { GatewayError } from '../errors.ts';
import { readConfig } from './stack/read-config.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { print } from './terminal/print.ts';

/** @throws GatewayError CONFIG_INVALID from `--check` if the file on disk is out of date or missing */
export async function compileFile(
  options: ConfigOption & { readonly check?: boolean; readonly stdout?: boolean },
): Promise<void> {
  const { stack } = await readConfig(stackFile(options));
  const { yaml } = compile(stack);
  const shown = relative(process.cwd(), stack.composeFile);
  if (options.stdout) print(yaml.trimEnd());
  else if (options.check) await check(stack.composeFile, yaml, shown);
  else {
    await writeCompiledFile(stack, yaml);
    print(`wrote ${shown}`);
  }
}

async function check(path: string, yaml: string, shown: string): Promise<void> {
  if (!(await hasCompiledFile(path, yaml)))
    throw new GatewayError('CONFIG_INVALID', `${shown} is not what the config compiles to`, {
      hint: 'write it again: npx hive compile',
    });
  print(`${shown} is up to date`);
}
