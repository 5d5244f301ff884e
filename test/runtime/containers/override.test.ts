/** The part of a service that depends on the engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerServer } from '../../../src/model/desired.ts';
import { createOverride } from '../../../src/runtime/containers/override.ts';

test('an engine without the log driver of the compiled file must get its own, where output is kept', () => {
  const logging = { driver: 'k8s-file', options: { 'max-size': '10m' } };
  const entries = (['stdio', 'http'] as const).map((transport) => ({
    server: { serverName: transport, transport } as unknown as ContainerServer,
    hash: 'h',
    values: undefined,
  }));
  const servicesWith = (own?: typeof logging): unknown => {
    const override = createOverride({ labels: () => ({}) }, own);
    override.declare(entries);
    return JSON.parse(override.render(new Set(['stdio', 'http']))).services;
  };
  assert.deepEqual(servicesWith(logging), { http: { logging } });
  assert.deepEqual(servicesWith(), {});
});
