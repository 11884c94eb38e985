import type { Binding } from '../binding.ts'
import type { AbsentKey } from './reads-of-keys.ts'

export type Comparison = 'equal' | 'equal-by-default' | 'differs' | 'unverifiable'

/** Two bindings of one key, as the code would see them; undefined and `unset` are the same: not there. */
export function compareBindings(
  one: Binding | undefined,
  other: Binding | undefined,
  absent: AbsentKey,
): Comparison {
  const left = present(one)
  const right = present(other)
  if (left === undefined || right === undefined) {
    const there = left ?? right
    if (there === undefined) return 'equal'
    // whether it is set at all may depend on what is not known
    if (there.state === 'unknown') return 'unverifiable'
    if (there.state === 'empty') return absent.emptyIsUnset ? 'equal-by-default' : 'differs'
    if (there.state !== 'set' || absent.default === undefined) return 'differs'
    return there.value?.reveal() === absent.default.literal ? 'equal-by-default' : 'differs'
  }
  if (isKnown(left) && isKnown(right)) {
    if (left.value !== undefined && right.value !== undefined) {
      if (left.value.equals(right.value)) return 'equal'
      const byDefault = absent.emptyIsUnset ? absent.default?.literal : undefined
      const set = left.state === 'empty' ? right : right.state === 'empty' ? left : undefined
      const same = byDefault !== undefined && set?.value?.reveal() === byDefault
      return same ? 'equal-by-default' : 'differs'
    }
    return left.state === right.state ? 'equal' : 'differs'
  }
  if (samePlace(left, right)) return 'equal'
  return 'unverifiable'
}

/** Both read the very same secret or parameter: its name says where it lies, whichever environment asks. */
export function samePlace(one: Binding, other: Binding): boolean {
  return (
    one.state === 'reference' &&
    other.state === 'reference' &&
    one.detail !== undefined &&
    one.detail === other.detail &&
    /^arn:|^projects\/|:\/\/|^fieldRef\/|^resourceFieldRef\//.test(one.detail)
  )
}

export const present = (binding: Binding | undefined): Binding | undefined =>
  binding?.state === 'unset' ? undefined : binding

const isKnown = ({ state }: Binding): boolean => state === 'set' || state === 'empty'
