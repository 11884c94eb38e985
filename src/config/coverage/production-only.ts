import type { Binding } from '../binding.ts'
import type { ProductionOnly } from './key-coverage.ts'
import type { TracedRead } from './run-trace.ts'
import { isChoice, shapeClass } from './shape-classes.ts'

/**
 * Whether the run ever had a value of a key that looks like that of production; null = it had, or that cannot be told, as
 * with a value that lies in a secret store. Pure.
 */
export function productionOnly(
  bindings: readonly Binding[],
  reads: readonly TracedRead[],
  secret: Uint8Array,
): ProductionOnly | null {
  const taken = reads.filter(({ how }) => how === 'get')
  const set = taken.filter(({ state }) => state === 'set')
  for (const { key, state, value, location } of bindings) {
    if (reads.length === 0) return { reason: 'never-read', ...shapeOf(value?.reveal()), location }
    if (state === 'unset') continue
    if (state === 'empty') {
      // in production it is set to nothing: a run without it takes the same way, as far as the code does not ask
      if (taken.length === 0 || taken.length > set.length) continue
      return { reason: 'other-shape', shape: 'empty', location }
    }
    const text = state === 'set' ? value?.reveal() : undefined
    if (set.length === 0) return { reason: 'never-set', ...shapeOf(text), location }
    if (text === undefined) continue
    const shape = shapeClass(text)
    if (!set.some((read) => read.shape === shape)) return { reason: 'other-shape', shape, location }
    const print = value!.fingerprint(secret, key)
    if (isChoice(shape) && !set.some((read) => read.print === print))
      return { reason: 'other-value', shape, location }
  }
  return null
}

const shapeOf = (text: string | undefined): { shape?: string } =>
  text === undefined || text === '' ? {} : { shape: shapeClass(text) }
