/** Thaws frozen containers. */
import { globSync, writeFileSync } from 'node:fs';

/** Thaws a container through the kernel, bypassing the engine. cgroup v1 and v2 use different files. */
export function thaw(containerId: string): void {
  const v1 = globSync(`/sys/fs/cgroup/freezer/docker/${containerId}*/freezer.state`);
  const v2 = globSync(`/sys/fs/cgroup/{docker,system.slice}/*${containerId}*/cgroup.freeze`);
  for (const file of v1) writeFileSync(file, 'THAWED');
  for (const file of v2) writeFileSync(file, '0');
}
