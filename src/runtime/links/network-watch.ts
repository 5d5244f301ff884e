/** Notices that the network is back: an address that the machine has got, or its wake-up from sleep. */
import { networkInterfaces } from 'node:os';
import type { Clock } from '../../model/clock.ts';

/** Reading the addresses takes less than 0.1 ms, and happens only while a server waits for an attempt. */
const POLL_MS = 5_000;

/** A poll that comes this late shows that the machine slept. Timers do not run meanwhile. */
const SLEPT_MS = 60_000;

/** After a wake-up the network takes some seconds, and its address is often the same as before. */
const AFTER_SLEEP_MS = 10_000;

export interface NetworkWatch {
  close(): void;
}

export interface NetworkWatchDeps {
  readonly clock: Clock;
  /** True while there is somebody to tell. */
  readonly isNeeded: () => boolean;
  /** @param cause for logs */
  readonly onBack: (cause: string) => void;
  /** The addresses through which other hosts are reached; tests replace it. */
  readonly addresses?: () => ReadonlySet<string>;
}

/** The caller must close the result. */
export function watchNetwork({
  clock,
  isNeeded,
  onBack,
  addresses = ownAddresses,
}: NetworkWatchDeps): NetworkWatch {
  let known: ReadonlySet<string> | undefined;
  let polledAt = clock.now();
  let later: { cancel(): void } | undefined;
  const look = (): void => {
    const now = addresses();
    const isNew = known !== undefined && [...now].some((address) => !known?.has(address));
    known = now;
    if (isNew) onBack('the network has changed');
  };
  const poll = (): void => {
    const lateMs = clock.now() - polledAt - POLL_MS;
    polledAt = clock.now();
    timer = clock.setTimeout(poll, POLL_MS);
    if (!isNeeded()) {
      known = undefined;
      return;
    }
    look();
    if (lateMs < SLEPT_MS) return;
    later?.cancel();
    later = clock.setTimeout(() => onBack('the machine woke up'), AFTER_SLEEP_MS);
  };
  let timer = clock.setTimeout(poll, POLL_MS);
  return {
    close() {
      timer.cancel();
      later?.cancel();
    },
  };
}

/** Interfaces of containers and of virtual machines come and go without any change of the network. */
const VIRTUAL = /^(?:veth|docker|br-|virbr|cni|podman|lxc|tap)/;

/** Addresses of one link say nothing about other hosts. */
const LINK_LOCAL = /^(?:fe[89ab]|169\.254\.)/i;

function ownAddresses(): ReadonlySet<string> {
  const found = Object.entries(networkInterfaces())
    .filter(([name]) => !VIRTUAL.test(name))
    .flatMap(([, addresses = []]) => addresses)
    .filter(({ internal, address }) => !internal && !LINK_LOCAL.test(address));
  return new Set(found.map(({ address }) => address));
}
