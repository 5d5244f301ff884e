console.log('starting up');
console.error('reading config');
console.error('Error: DATABASE_URL is not set');
process.exitCode = 3;
