/** Requests to a server of the modern era, and the stream on which it notifies of changes. */
import type { CallRequest } from '../../model/calls.ts';
import type { Json } from '../../model/text/json.ts';
import { jsonText } from '../../model/text/json.ts';
import { METHOD, NOTIFICATION } from '../../wire/methods.ts';
import type { Link } from '../links/link.ts';
import type { ServerConnection } from './connection.ts';
import { InventoryKeeper } from './inventory.ts';
import { catchUp } from './modern/catch-up.ts';
import { ClientCalls } from './modern/client-calls.ts';
import { ModernRequests } from './modern/modern-requests.ts';
import { SubscriptionStream } from './modern/subscription-stream.ts';
import { ToolFacts } from './modern/tool-facts.ts';
import type { CallOptions } from './requests/call-options.ts';
import type { CommonInventoryOptions, Speaker } from './speaker.ts';
import type { UpstreamOptions } from './upstream.ts';

/** @param optionsOf of a request for a list */
export function speakModern(
  { clock, onNotification }: Pick<UpstreamOptions, 'clock' | 'onNotification'>,
  { calls, outgoing }: Pick<ServerConnection, 'calls' | 'outgoing'>,
  kind: Link['kind'],
  inventoryOptions: CommonInventoryOptions,
  optionsOf: (request: CallRequest) => CallOptions,
): Speaker {
  const { serverName, note } = inventoryOptions;
  const { capabilities } = inventoryOptions.handshake;
  const isHttp = kind === 'http';
  const facts = new ToolFacts(isHttp);
  const requests = new ModernRequests(calls, facts, isHttp);
  const inventory = new InventoryKeeper({
    ...inventoryOptions,
    call: (request) => requests.own(request, optionsOf(request)).reply,
    filterTools: (tools, leaveOut) => facts.update(tools, leaveOut),
  });
  const notify = (method: string, params: Json): void => onNotification({ serverName, method, params });
  const stream = new SubscriptionStream({
    clock,
    capabilities,
    open: (filter) => requests.listen(filter),
    end(requestId) {
      // Over HTTP a subscription ends with its connection.
      if (!isHttp) void outgoing.notify(NOTIFICATION.CANCELLED, jsonText(`{"requestId":${requestId}}`));
    },
    onNotification: notify,
    onMissed(topics) {
      inventory.refreshAll();
      for (const topic of topics) catchUp(requests, topic, notify);
    },
    note,
  });
  const clients = new ClientCalls({
    serverName,
    capabilities,
    isHttp,
    requests,
    facts,
    stream,
    whileAsking: (work) => calls.whileWorking(work),
    refreshTools: () => inventory.refreshTools(),
  });
  return {
    inventory,
    stream,
    call: (request, caller) => clients.call(request, caller),
    probe: (options) => requests.own({ method: METHOD.DISCOVER }, options),
    // A modern server has no session that it could forget.
    probeList: () => undefined,
    // The modern era has no notification that a client would send.
    notify: async () => {},
  };
}
