/** Bytes of heap that a running gateway holds after a full collection. It must run with `--inspect-port=0`. */
export async function heapOf(pid: number, output: () => string): Promise<number> {
  process.kill(pid, 'SIGUSR1');
  const address = await inspectorAddress(output);
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const ask = (id: number, method: string, params = {}): Promise<{ result: { result: { value: number } } }> =>
    new Promise((resolve) => {
      socket.addEventListener('message', ({ data }) => {
        const message = JSON.parse(String(data));
        if (message.id === id) resolve(message);
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
  await ask(1, 'HeapProfiler.collectGarbage');
  const expression = 'process.memoryUsage().heapUsed + process.memoryUsage().external';
  const answer = await ask(2, 'Runtime.evaluate', { expression, returnByValue: true });
  socket.close();
  return answer.result.result.value;
}

async function inspectorAddress(output: () => string): Promise<string> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const address = output()
      .match(/Debugger listening on (ws:\S+)/g)
      ?.at(-1)
      ?.slice('Debugger listening on '.length);
    if (address) return address;
    if (Date.now() > deadline) throw new Error('the gateway opened no inspector');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
