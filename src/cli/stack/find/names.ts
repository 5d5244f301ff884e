/** Names under which commands look for the config file of a folder. */

/** In the order in which they are looked for. */
export const STACK_NAMES = ['hive.yaml', 'hive.yml', 'hive.json', 'stacks/default.yaml'] as const;
