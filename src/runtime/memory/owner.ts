/** Proof that this file's gateway made a container: a keyed digest in a label, good for one container. */
import { createHmac, randomBytes } from 'node:crypto';
import { join, sep } from 'node:path';
import { isThere } from '../../files/is-there.ts';
import { processFiles } from '../../files/process-files.ts';
import type { ContainerSummary } from '../../model/engine.ts';
import { COMPOSE_FILES, COMPOSE_PROJECT, CONFIG_LABEL, LABEL, OWNER_LABEL } from '../../model/labels.ts';
import type { Maker, OtherFile } from '../../model/observed.ts';
import { createRecordFile } from '../../store/record-file.ts';
import { STACK_RECORD, type StateDir, stateDirOf } from './state-dir.ts';

type Labels = Readonly<Record<string, string>>;
type Listed = Pick<ContainerSummary, 'containerId' | 'createdAt' | 'labels'>;

export interface OwnerFrom {
  readonly stackName: string;
  /** Absolute path of the config file. */
  readonly file: string;
  /** Absolute path of the compiled Compose file. */
  readonly composeFile: () => string;
  readonly state: Pick<StateDir, 'compose' | 'containers' | 'valuesKey'>;
}

export interface Owner {
  readonly file: string;
  /** Labels for the next container of a server. A second container with the same labels is a copy. */
  labels(serverName: string, hash: string): Labels;
  /** Remembers which containers were made with such labels. */
  made(containers: readonly Pick<Listed, 'containerId' | 'labels'>[]): void;
  /** Who made each container that claims this stack, by id. */
  makersOf(containers: readonly Listed[]): ReadonlyMap<string, Maker>;
  /** The file that a container of `other-file` belongs to, as its labels say. */
  otherFile(labels: Labels): Promise<OtherFile>;
}

/** Made containers that are remembered; beyond this number, the oldest of several with one proof counts. */
const MAX_REMEMBERED = 512;

/** The caller passes a state folder that no other gateway uses. @throws GatewayError STATE_FAILED */
export function createOwner(from: OwnerFrom): Owner {
  const { stackName, file, state } = from;
  const ids = createRecordFile({
    path: state.containers,
    version: 1,
    maxEntries: MAX_REMEMBERED,
    isEntry: isIds,
  });
  const digest = (nonce: string, serverName: string, hash: string): string =>
    createHmac('sha256', state.valuesKey)
      .update(JSON.stringify(['owner', stackName, serverName, hash, nonce]))
      .digest('hex');
  const isProven = (labels: Labels): boolean => {
    const { [LABEL.server]: serverName = '', [LABEL.hash]: hash = '' } = labels;
    const nonce = nonceOf(labels);
    return labels[OWNER_LABEL] === `${nonce}.${digest(nonce, serverName, hash)}`;
  };
  return {
    file,
    labels(serverName, hash) {
      const nonce = randomBytes(16).toString('hex');
      return { [OWNER_LABEL]: `${nonce}.${digest(nonce, serverName, hash)}`, [CONFIG_LABEL]: file };
    },
    made(containers) {
      for (const { containerId, labels } of containers.filter((it) => isProven(it.labels))) {
        const nonce = nonceOf(labels);
        ids.set(nonce, [...(ids.get(nonce) ?? []), containerId]);
      }
    },
    makersOf(containers) {
      const proven = containers.filter(({ labels }) => isProven(labels));
      const makerOf = (container: Listed): Maker =>
        isProven(container.labels)
          ? isCopy(container, proven, ids.get(nonceOf(container.labels)))
            ? 'unknown'
            : 'this-gateway'
          : makerByCompose(container.labels, from);
      const claiming = containers.filter(({ labels }) => labels[LABEL.stack] === stackName);
      return new Map(claiming.map((it) => [it.containerId, makerOf(it)]));
    },
    async otherFile({ [CONFIG_LABEL]: config, [COMPOSE_FILES]: files = '' }) {
      if (config === undefined) return { path: files.split(',', 1)[0] ?? '', canBeDowned: false };
      return { path: config, canBeDowned: await canBeDowned(config) };
    },
  };
}

/** `hive down` needs the file, or the record of `hive up` in its state folder. */
async function canBeDowned(config: string): Promise<boolean> {
  const record = join(stateDirOf(config), STACK_RECORD);
  return (await isThere(config, processFiles)) || (await isThere(record, processFiles));
}

const isIds = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((id) => typeof id === 'string');

const nonceOf = (labels: Labels): string => labels[OWNER_LABEL]?.split('.', 1)[0] ?? '';

/** A gateway that was killed may not have noted what it made: the oldest container with the proof counts. */
function isCopy(
  { containerId, createdAt, labels }: Listed,
  proven: readonly Listed[],
  ids: readonly string[] | undefined,
): boolean {
  if (ids) return !ids.includes(containerId);
  return proven.some((it) => nonceOf(it.labels) === nonceOf(labels) && it.createdAt < createdAt);
}

/**
 * Without a proof by key: what labels say which name a file. They are public, so that such a container must
 * also have the image of its entry.
 */
function makerByCompose(labels: Labels, { stackName, file, composeFile, state }: OwnerFrom): Maker {
  const { [CONFIG_LABEL]: config, [COMPOSE_PROJECT]: project, [COMPOSE_FILES]: files } = labels;
  if (config !== undefined && config !== file) return 'other-file';
  if (project !== stackName || files === undefined) return 'unknown';
  const isOurs =
    `,${files},`.includes(`,${composeFile()},`) || `,${files}`.includes(`,${state.compose}${sep}`);
  return isOurs || config === file ? 'this-file' : 'other-file';
}
