/**
 * Resolves with the reason when the process is asked to stop: SIGINT, SIGTERM, SIGHUP or, where asked for, the end of
 * standard input. Whoever asks a second time, or waits longer than the close may take, gets the process to end at once.
 */
export function untilStopped({ stdin }: { stdin: boolean }): Promise<string> {
  return new Promise((resolve) => {
    let asked = false
    const stop = (reason: string): void => {
      if (asked) process.exit(70)
      asked = true
      setTimeout(() => process.exit(70), closeMs).unref()
      resolve(reason)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
    if (stdin) {
      process.stdin.resume().once('end', () => stop('standard input ended'))
      process.stdin.once('error', () => stop('standard input failed'))
    }
  })
}

const closeMs = 15_000
