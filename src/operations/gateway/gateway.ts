/** Operations that read the state of the gateway and its servers, and those that change what is to run. */
import type { Operation } from '../../model/operation.ts';
import { type AddedSource, addedOperations } from './added-servers.ts';
import { callList } from './call-list.ts';
import type { GatewaySource } from './gateway-view.ts';
import { planShow } from './plan-show.ts';
import { serverList } from './server-list.ts';
import { serverLogs } from './server-logs.ts';
import { type SampleSource, serverSamples } from './server-samples.ts';
import { type SeriesSource, serverSeries } from './server-series.ts';
import { serverShow } from './server-show.ts';
import { type SwitchSource, serverSwitches } from './server-switches.ts';
import { toolList } from './tool-list.ts';

/** Of `use: gateway`: they only read. */
export const gatewayOperations = (source: GatewaySource): readonly Operation[] => [
  serverList(source),
  serverShow(source),
  serverLogs(source),
  planShow(source),
  toolList(source),
  callList(source),
];

export interface CommandSource extends SwitchSource, SampleSource, SeriesSource, AddedSource {}

/** Of commands of the user who runs the gateway. */
export const allOperations = (source: CommandSource): readonly Operation[] => [
  ...gatewayOperations(source),
  serverSamples(source),
  serverSeries(source),
  ...serverSwitches(source),
  ...addedOperations(source),
];
