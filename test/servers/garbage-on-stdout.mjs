// A program that is not an MCP server, and does not end.
setInterval(() => console.log('tick <html>'), 20);
process.stdin.resume();
