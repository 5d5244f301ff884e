/** How requests are made in the era of a connection. */
import type { Caller } from '../../model/caller.ts';
import { type Call, type CallRequest, settled } from '../../model/calls.ts';
import { LIST_KINDS } from '../../model/catalog.ts';
import type { Json } from '../../model/text/json.ts';
import { LISTS } from '../../wire/lists.ts';
import { METHOD } from '../../wire/methods.ts';
import type { ServerConnection } from './connection.ts';
import { InventoryKeeper, type InventoryOptions } from './inventory.ts';
import type { SubscriptionStream } from './modern/subscription-stream.ts';
import type { CallOptions } from './requests/call-options.ts';
import type { SentCall } from './requests/calls.ts';
import { stripEnvelope } from './strip-envelope.ts';

export interface Speaker {
  readonly inventory: InventoryKeeper;
  /** Only in the modern era. */
  readonly stream: SubscriptionStream | undefined;
  /** @param caller absent for requests of the gateway itself */
  call(request: CallRequest, caller?: Caller): Call;
  /** Sends a request that every server of the era answers. */
  probe(options: CallOptions): SentCall;
  /** Requests a list that the server has. Undefined if it has none. */
  probeList(options: CallOptions): SentCall | undefined;
  /** Passes a client's notification on. Never rejects. */
  notify(method: string, params?: Json): Promise<void>;
}

/** Inventory options that are the same in both eras. */
export type CommonInventoryOptions = Omit<InventoryOptions, 'call' | 'filterTools'>;

/** @param optionsOf of a request for a list */
export function speakLegacy(
  { calls, outgoing }: Pick<ServerConnection, 'calls' | 'outgoing'>,
  inventoryOptions: CommonInventoryOptions,
  optionsOf: (request: CallRequest) => CallOptions,
): Speaker {
  return {
    inventory: new InventoryKeeper({
      ...inventoryOptions,
      call: (request) => calls.call(request, optionsOf(request)).reply,
      filterTools: (tools) => tools,
    }),
    stream: undefined,
    call(request, caller) {
      if (caller?.era !== 'modern') return calls.call(request, undefined, caller);
      const params = stripEnvelope(request.params);
      if (params && 'kind' in params) return settled(params);
      return calls.call(params ? { ...request, params } : request, undefined, caller);
    },
    probe: (options) => calls.call({ method: METHOD.PING }, options),
    probeList(options) {
      const { capabilities } = inventoryOptions.handshake;
      const kind = LIST_KINDS.find((it) => capabilities[LISTS[it].capability] != null);
      return kind && calls.call({ method: LISTS[kind].method }, options);
    },
    notify: (method, params) => outgoing.notify(method, params),
  };
}
