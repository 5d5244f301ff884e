/** An MCP server that runs in this process, behind an `in-process` link. */
import type { Caller } from './caller.ts';
import type { BuiltinServer } from './desired.ts';

export interface InProcessServer {
  /**
   * Handles one JSON-RPC message and answers through `Send`, now or later. `caller` is absent for the
   * gateway's own requests.
   */
  receive(message: Buffer, caller?: Caller): void;
  /** Cancels everything under way. Resolves when all of it has ended, however long that takes. */
  close(): Promise<void>;
}

/** Sends one JSON-RPC message. `during` is the id of the request that a notification belongs to. */
export type Send = (message: Buffer, during?: number) => void;

/** Opens one connection to the server. The caller must close it. */
export type ServeInProcess = (send: Send) => InProcessServer;

/** Loads the code of a built-in server. */
export type ServeBuiltin = (server: BuiltinServer) => Promise<ServeInProcess>;
