/** Levels are read from the usual formats of log lines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { levelOfRank, rankIn } from '../../../src/logs/query/levels.ts';

const LINES: readonly (readonly [text: string, level: string | undefined])[] = [
  ['{"level":"error","msg":"x"}', 'error'],
  ['{"level":30,"time":1,"msg":"x"}', 'info'],
  ['{"level":60,"msg":"x"}', 'critical'],
  ['{"time":"x","severity":"WARNING"}', 'warning'],
  ['{"msg":"the level is fine"}', undefined],
  ['[ERROR] no database', 'error'],
  ['2026-11-29T06:00:00Z [warn] slow', 'warning'],
  ['time="2026-11-29T06:00:00Z" level=warning msg="x"', 'warning'],
  ['ts=1 lvl=dbug msg=x', undefined],
  ['WARNING:root:something', 'warning'],
  ['2026-11-29 06:00:00,123 - my.module - ERROR - text', 'error'],
  ['2026-11-29 06:00:00.123 | INFO     | main:run:12 - started', 'info'],
  ['INFO:     Uvicorn running on http://127.0.0.1:8000', 'info'],
  ['2026-11-29T06:00:00.000Z INFO request 1', 'info'],
  ['06:00:00 DEBUG x', 'debug'],
  ['npm error code E404', undefined],
  ['error: cannot open', 'error'],
  ['Fatal: not there', 'critical'],
  ['thread main PANIC', undefined],
  ['nothing went wrong, no error at all', undefined],
  ['  at info (file.js:1:2)', undefined],
  ['', undefined],
];

for (const [text, level] of LINES)
  test(`${level ?? 'no level'}: ${text}`, () => assert.equal(levelOfRank(rankIn(text)), level));
