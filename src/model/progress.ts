/** Progress of long steps. */

/** A long step that people wait for. `percent` is 0 to 100 where known. */
export interface ProgressEvent {
  readonly name: string;
  readonly state: 'started' | 'running' | 'done' | 'failed';
  readonly detail?: string;
  readonly percent?: number;
}

export type Progress = (event: ProgressEvent) => void;
