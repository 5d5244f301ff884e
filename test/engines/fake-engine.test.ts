/** Holds the fake engine to the contract, so that tests on it hold for the real one. */
import type { Clock } from '../../src/model/clock.ts';
import { engineContract } from '../contract/engine.ts';
import { findProgram, PROGRAMS } from '../contract/engine-programs.ts';
import { FakeEngine } from '../helpers/fake-engine.ts';

/** Grace periods are over at once. */
const hurriedClock: Clock = {
  now: () => Date.now(),
  setTimeout(callback) {
    const immediate = setImmediate(callback);
    return { cancel: () => clearImmediate(immediate) };
  },
};

const engine = new FakeEngine({ clock: hurriedClock, findProgram });
const image = 'contract:1';
engine.images.set(image, { imageId: `sha256:${image}`, labels: {}, entrypoint: [], command: ['serve'] });

engineContract({
  name: 'fake',
  engine,
  image,
  async create({ program, label, stopGraceSeconds = 10, network = 'none', volume, ...options }) {
    const container = engine.create({
      ...options,
      image,
      network,
      labels: { [label]: 'yes' },
      command: PROGRAMS[program].command,
      program: PROGRAMS[program].fake,
      stopGraceMs: stopGraceSeconds * 1000,
      volumes: volume === undefined ? [] : [`${label}_${volume}`],
    });
    return container.containerId;
  },
  addNetwork: async (project, name) => void engine.projectNetworks.push({ project, name }),
  networks: async (project) => namesIn(project, engine.projectNetworks),
  volumeName: (project, name) => `${project}_${name}`,
  deviations: {},
});

const namesIn = (project: string, all: readonly { project: string; name: string }[]): string[] =>
  all.filter((it) => it.project === project).map(({ name }) => name);
