// A program that is no MCP server, and does not end.
setInterval(() => console.log('tick <html>'), 20);
process.stdin.resume();
