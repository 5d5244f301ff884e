/** All targets of fuzzing. */
import type { Target } from './target.ts';
import { configTarget } from './targets/config.ts';
import { doubledTarget } from './targets/doubled.ts';
import { envComposeTarget } from './targets/env-compose.ts';
import { envFileTarget } from './targets/env-file.ts';
import { framingTarget } from './targets/framing.ts';
import { httpTarget } from './targets/http.ts';
import { labelsTarget } from './targets/labels.ts';
import { passedOnTarget } from './targets/passed-on.ts';
import { spliceTarget } from './targets/splice.ts';
import { sseTarget } from './targets/sse.ts';
import { templatesTarget } from './targets/templates.ts';

/** Inputs that each test run tries; the kept ones come on top. */
export const TEST_INPUTS: Readonly<Record<string, number>> = {
  http: 80,
  splice: 2_000,
  'passed-on': 1_000,
  doubled: 1_000,
  framing: 600,
  sse: 1_000,
  templates: 1_000,
  config: 200,
  labels: 1_500,
  'env-file': 2_000,
};

export const TARGETS = [
  httpTarget,
  spliceTarget,
  passedOnTarget,
  doubledTarget,
  framingTarget,
  sseTarget,
  templatesTarget,
  configTarget,
  labelsTarget,
  envFileTarget,
  envComposeTarget,
] as readonly unknown[] as readonly Target[];
