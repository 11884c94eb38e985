import { AftergreenError } from '../../errors.ts'

/**
 * Does some work; what it throws because of an abort becomes one error with words, anything else stays what it is.
 * @throws COMPARE_STOPPED
 */
export async function unlessStopped<T>(
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const isStopped = (): boolean => signal?.aborted === true
  if (isStopped()) throw stopped()
  try {
    return await work()
  } catch (error) {
    throw isStopped() ? stopped(error) : error
  }
}

function stopped(cause?: unknown): AftergreenError {
  const message = 'The comparison was stopped before it had an answer.'
  const hint = 'Let it run longer, or compare less: a shorter time, or fewer rows.'
  return new AftergreenError('COMPARE_STOPPED', message, { hint, cause })
}

/** Aborted when one of them is; undefined where there is none. */
export function eitherSignal(
  ...signals: readonly (AbortSignal | undefined)[]
): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined)
  return given.length === 0 ? undefined : AbortSignal.any(given)
}
