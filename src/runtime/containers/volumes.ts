/** The named volumes of a stack: made before Compose would, labelled with the file whose data they hold. */
import { GatewayError } from '../../errors.ts';
import { isThere } from '../../files/is-there.ts';
import { processFiles } from '../../files/process-files.ts';
import type { Engine, VolumeSummary } from '../../model/engine.ts';
import { COMPOSE_PROJECT, COMPOSE_VOLUME, CONFIG_LABEL } from '../../model/labels.ts';
import { shellWord } from '../../model/text/commands.ts';

/**
 * Makes those of the volumes that are missing. Compose takes them for its own, by their labels. A label that
 * stood in a Compose file would make newer versions of Compose offer to delete the data.
 *
 * @param names as in the Compose file
 * @throws GatewayError STACK_TAKEN if a volume has the data of another file
 */
export async function makeVolumes(
  engine: Pick<Engine, 'volumes' | 'makeVolume'>,
  stackName: string,
  names: readonly string[],
  file: string,
): Promise<void> {
  if (names.length === 0) return;
  await refuseForeignVolumes(engine, stackName, names, file);
  for (const name of names) {
    const labels = { [COMPOSE_PROJECT]: stackName, [COMPOSE_VOLUME]: name, [CONFIG_LABEL]: file };
    await engine.makeVolume(`${stackName}_${name}`, labels);
  }
}

/** @throws GatewayError STACK_TAKEN if a volume has the data of another file */
export async function refuseForeignVolumes(
  engine: Pick<Engine, 'volumes'>,
  stackName: string,
  names: readonly string[],
  file: string,
): Promise<void> {
  if (names.length === 0) return;
  const wanted = new Set(names.map((name) => `${stackName}_${name}`));
  const volumes = await engine.volumes(stackName);
  for (const volume of volumes)
    if (wanted.has(volume.volumeName) && (await hasOtherOwner(volume, file)))
      throw foreignError(volume, file);
}

function foreignError({ volumeName, labels }: VolumeSummary, file: string): GatewayError {
  const other = labels[CONFIG_LABEL] ?? '';
  const end = `npx hive down -c ${shellWord(other)} --volumes`;
  return new GatewayError('STACK_TAKEN', `the volume ${volumeName} has the data of ${other}`, {
    hint: `give ${file} another \`name:\`, or delete that data: ${end}`,
  });
}

/** True for the data of another file that is still there. After a move of the file its data moves with it. */
async function hasOtherOwner({ labels }: VolumeSummary, file: string): Promise<boolean> {
  const { [CONFIG_LABEL]: other } = labels;
  return other !== undefined && other !== file && isThere(other, processFiles);
}

/** A volume that `hive down --volumes` deletes, or keeps for a reason. */
export interface VolumeFate {
  readonly volumeName: string;
  /** Absent for a volume that is deleted. */
  readonly keptBecause?: string;
}

/**
 * Tells whether a volume is deleted with the stack of a file.
 *
 * @param isKnown true if gateways of the file have made containers under the stack name, and no other file
 * has any: then volumes without the name of a file are its own
 */
export async function fateOf(volume: VolumeSummary, file: string, isKnown: boolean): Promise<VolumeFate> {
  const { volumeName, labels } = volume;
  const { [CONFIG_LABEL]: other } = labels;
  if (other === file) return { volumeName };
  if (await hasOtherOwner(volume, file)) return { volumeName, keptBecause: `it has the data of ${other}` };
  if (isKnown) return { volumeName };
  const whose =
    other === undefined ? `nothing shows that it has the data of ${file}` : `its file ${other} is gone`;
  return { volumeName, keptBecause: `${whose}; to delete it: docker volume rm ${volumeName}` };
}
