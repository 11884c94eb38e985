/** Runs when the process is asked to end; what it returns is awaited, for a few seconds at most. */
export type Stopper = () => Promise<void> | void

const stoppers: Stopper[] = []
const longestStopMs = 5000
let stopping = false

/** Registers something to do before this process ends. The last registered runs first. */
export function onStop(stopper: Stopper): void {
  stoppers.unshift(stopper)
}

/** Ends this process when its standard input closes, which it does when the parent is gone, however it went. */
export function stopWithParent(): void {
  process.stdin.on('end', stop)
  process.stdin.on('error', stop)
  process.stdin.resume()
  process.on('SIGTERM', stop)
  process.stdout.on('error', () => undefined)
}

function stop(): void {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(0), longestStopMs).unref()
  void runStoppers().finally(() => process.exit(0))
}

async function runStoppers(): Promise<void> {
  for (const stopper of stoppers) {
    try {
      await stopper()
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    }
  }
}
