export interface StopTwice {
  /** Aborted by the first Ctrl-C (or SIGTERM): end with what there is. */
  finish: AbortSignal
  /** Aborted when that takes too long. */
  stop: AbortSignal
  /** Signals do again what they did before. */
  release(): void
}

const finishingMs = 60_000
const interruptedExit = 130

/** The first Ctrl-C asks for an end, the second one ends the process at once. */
export function stopTwice(onFinish: () => void): StopTwice {
  const finish = new AbortController()
  const stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const onSignal = (): void => {
    if (finish.signal.aborted) process.exit(interruptedExit)
    finish.abort()
    timer = setTimeout(() => stop.abort(), finishingMs).unref()
    onFinish()
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, onSignal)
  return {
    finish: finish.signal,
    stop: stop.signal,
    release() {
      for (const signal of signals) process.off(signal, onSignal)
      clearTimeout(timer)
    },
  }
}
