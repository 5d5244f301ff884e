/** Counts the calls that go to servers. */
export interface Meter {
  /** Counts a call to the server as begun; the returned function counts its end. */
  begin(serverName: string): (failed: boolean) => void;
}
