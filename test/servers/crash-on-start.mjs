// Exits at its start, with text on both streams.
console.log('starting up');
console.error('reading config');
console.error('Error: DATABASE_URL is not set');
process.exitCode = 3;
