#!/usr/bin/env node
/** The command `hive`, of a checkout and of the package that `npm pack` makes of it. */
import { existsSync } from 'node:fs';
import { calledAs } from './called-as.mjs';

// Only a checkout has sources. There the packages and the build may be missing or old.
const isCheckout = existsSync(new URL('../src', import.meta.url));

const { argv, env, platform } = process;
// Hints show commands as they are typed here.
env.HIVE_COMMAND = calledAs(argv[1] ?? '', env.PATH ?? '', platform, isCheckout);

const { run } = await import(isCheckout ? './in-checkout.mjs' : './installed.mjs');
await run();
