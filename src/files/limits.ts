/** Largest size of each kind of file that Hive reads, in bytes. Larger files are refused. */

/** A config file, or a file that it includes: reading one of this size takes three seconds. */
export const MAX_CONFIG_BYTES = 1 << 20;
/** `.env` and `envFile`. */
export const MAX_ENV_BYTES = 1 << 20;
export const MAX_DOCKERFILE_BYTES = 1 << 20;
/** The file of a secret; Docker's own limit for a secret is half of this. */
export const MAX_SECRET_BYTES = 1 << 20;
/** A compiled Compose file that is there already. */
export const MAX_COMPOSE_BYTES = 64 << 20;
/** A file that Hive keeps from one run to the next. */
export const MAX_STATE_BYTES = 16 << 20;
/** The file of an MCP client: Claude Code keeps the history of its projects there. */
export const MAX_CLIENT_BYTES = 64 << 20;
/** A file of the operating system, or of its tools: `/etc/os-release`, `~/.docker/config.json`. */
export const MAX_SYSTEM_BYTES = 4 << 20;
/** A table of the kernel below /proc. */
export const MAX_PROC_BYTES = 64 << 20;
/** Most files that a pattern of `include` may match. */
export const MAX_MATCHES = 1_000;
