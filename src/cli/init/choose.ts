/** Asks which of the servers that were found Hive should serve. */

/** @param origins file of each server, as people read it @returns names of servers; none is an answer too */
export async function chooseServers(origins: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const { checkbox } = await import('@inquirer/prompts');
  const width = Math.max(...[...origins.keys()].map((name) => name.length));
  return checkbox({
    message: 'Servers to take over (their files stay as they are):',
    choices: [...origins].map(([name, origin]) => ({
      name: `${name.padEnd(width)}   ${origin}`,
      value: name,
      short: name,
      checked: true,
    })),
    pageSize: 15,
  });
}
