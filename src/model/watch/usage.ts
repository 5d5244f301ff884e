/** What servers use of the machine, and what they did lately, as `hive top` shows it. */

/** Figures of one server at one moment. */
export interface Usage {
  /** Unix milliseconds, by the clock of the machine that runs the server. */
  readonly at: number;
  /** CPU time since the server began, of all its processes. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** The machine's memory if the container has no limit. Absent outside containers. */
  readonly memoryLimitBytes?: number;
  /** Since the container began, over all its networks. Absent for native servers. */
  readonly receivedBytes?: number;
  readonly sentBytes?: number;
  /** From and to block devices, since the container began. Absent for native servers. */
  readonly readBytes?: number;
  readonly writtenBytes?: number;
  /** Processes; of a container the threads of each count as well, as its `pids` limit does. */
  readonly pids?: number;
}

/** Requests to one server that ended within the last minute. */
export interface RecentCalls {
  readonly callsPerMinute: number;
  /** Those that failed: not those that a client has cancelled. */
  readonly errorsPerMinute: number;
  /** Milliseconds; absent without calls. */
  readonly p95Ms?: number;
}

/** Figures of all servers, read at about the same time. */
export interface UsageReading {
  /** By server; without those that use nothing that can be read. */
  readonly usages: ReadonlyMap<string, Usage>;
  /** By server; without those that nobody has called. */
  readonly calls: ReadonlyMap<string, RecentCalls>;
  /** Why figures of containers are missing. */
  readonly trouble?: string;
}

/** One server in the answer of the operation `server_samples`. */
export interface ServerSample extends Partial<Usage>, RecentCalls {
  readonly server: string;
  readonly type: string;
  readonly state: string;
}

/** The answer of the operation `server_samples`. */
export interface ServerSamples {
  readonly stack: string;
  readonly servers: readonly ServerSample[];
  /** Servers beyond the limit of the answer. */
  readonly leftOut: number;
  readonly trouble?: string | undefined;
}
