// Starts a child in its process group and one outside it, which both ignore signals and input; a tool returns their pids. Models `npx` and browsers.
import { spawn } from 'node:child_process';
import { serve } from './serve.mjs';

const deaf = "process.on('SIGTERM',()=>{});process.on('SIGHUP',()=>{});setInterval(()=>{},1000)";
const start = (detached) =>
  spawn(process.execPath, ['-e', deaf], { detached, stdio: ['ignore', 'inherit', 'inherit'] }).pid;
const pids = [start(false), start(true)];
serve({ 'tools/call': () => ({ content: [], structuredContent: { pids } }) });
