// Reads its input and never answers.
process.stdin.resume();
console.error('waiting for the database');
setInterval(() => {}, 1_000);
