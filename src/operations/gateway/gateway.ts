/** The operations of `use: gateway`: they read the state of the gateway and its servers. */
import type { Operation } from '../../model/operation.ts';
import type { GatewaySource } from './gateway-view.ts';
import { planShow } from './plan-show.ts';
import { serverList } from './server-list.ts';
import { serverLogs } from './server-logs.ts';
import { serverShow } from './server-show.ts';
import { toolList } from './tool-list.ts';

export const gatewayOperations = (source: GatewaySource): readonly Operation[] => [
  serverList(source),
  serverShow(source),
  serverLogs(source),
  planShow(source),
  toolList(source),
];
