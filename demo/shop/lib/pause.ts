/** Waits `ms` milliseconds: what a disk, a remote system or a lock would take. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.round(ms)))
}

/** Waits until `ms` milliseconds have passed since `started` (of `performance.now()`), however busy the process is. */
export function pauseUntil(started: number, ms: number): Promise<void> {
  return pause(Math.max(0, ms - (performance.now() - started)))
}
