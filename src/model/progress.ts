/** Progress of long steps that people wait for, such as a build. */
export interface ProgressEvent {
  /** What makes progress: a server or an image. */
  readonly name: string;
  readonly state: 'started' | 'running' | 'done' | 'failed';
  readonly detail?: string;
  /** 0 to 100, if known. */
  readonly percent?: number;
}

export type Progress = (event: ProgressEvent) => void;
