// Starts a child in its group, and one that left it, both deaf to everything; a tool tells their pids. Stands for `npx` and for browsers.
import { spawn } from 'node:child_process';
import { serve } from './serve.mjs';

const deaf = "process.on('SIGTERM',()=>{});process.on('SIGHUP',()=>{});setInterval(()=>{},1000)";
const start = (detached) =>
  spawn(process.execPath, ['-e', deaf], { detached, stdio: ['ignore', 'inherit', 'inherit'] }).pid;
const pids = [start(false), start(true)];
serve({ 'tools/call': () => ({ content: [], structuredContent: { pids } }) });
