/**
 * `npm run catalogue -- docker CHECKOUT`: makes catalogue/docker.json.br from a checkout of docker/mcp-registry.
 * `npm run catalogue -- hive`: makes catalogue/hive.json.br from hive.yaml and verified.json.
 * `npm run catalogue -- verify [ENTRY…]`: starts entries of hive.yaml for real, and keeps what they showed. Servers of PyPI
 * need `uvx` in the PATH.
 */
import { makeDocker } from './docker.ts';
import { writeHive } from './shipped.ts';
import { verify } from './verify.ts';

const [verb, ...words] = process.argv.slice(2);
if (verb === 'docker' && words[0] !== undefined) makeDocker(words[0]);
else if (verb === 'hive') writeHive();
else if (verb === 'verify') process.exitCode = (await verify(words)) === 0 ? 0 : 1;
else throw new Error('usage: npm run catalogue -- docker CHECKOUT | hive | verify [ENTRY…]');
