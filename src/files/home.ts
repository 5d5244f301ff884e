/** The home folder of the user. */
import { homedir } from 'node:os';

/** As Debian calls the home of users that have none, such as those of a container that are only numbers. */
export const NO_HOME = '/nonexistent';

/** Absolute. A folder that is not there, if the user has none. */
export function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return NO_HOME;
  }
}
