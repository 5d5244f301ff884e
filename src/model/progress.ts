/** Progress of long steps that people wait for, such as a build. */
export interface ProgressEvent {
  /** Name of the server or image that makes progress. */
  readonly name: string;
  readonly state: 'started' | 'running' | 'done' | 'failed';
  readonly detail?: string;
  /** 0 to 100, if known. */
  readonly percent?: number;
}

export type Progress = (event: ProgressEvent) => void;
