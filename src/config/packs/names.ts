import { editDistance } from '../edit-distance.ts'
import type { CheckInput } from '../rules/check-input.ts'
import type { CheckOutcome } from '../rules/check-outcome.ts'
import { findInPack, type Pack } from './pack.ts'

/** A key that is set, that nobody reads, beside one that is read, and not set: probably the same, misspelt. */
export const namesPack: Pack = {
  name: 'names',
  description: 'keys that are set under a name that is nearly the one that is read',
  check: checkNames,
}

const mostComparisons = 2_000_000

function checkNames(
  { environments, reads, declarations = [], contract }: CheckInput,
  outcome: CheckOutcome,
): void {
  if (reads === undefined) return
  const read = new Set(reads.filter(({ template }) => !template).map(({ key }) => key))
  const templates = reads
    .filter(({ template }) => template)
    .map(({ key }) => key.split('*')[0] ?? '')
  const declared = new Set([
    ...declarations
      .filter(({ kind }) => kind !== 'compose' && kind !== 'kubernetes')
      .map(({ key }) => key),
    ...Object.keys(contract?.keys ?? {}),
  ])
  let left = mostComparisons
  for (const { name, bindings } of environments) {
    const bound = new Set(bindings.map(({ key }) => key))
    const missing = [...read]
      .filter((key) => !bound.has(key) && key.length >= 5)
      .map((key) => ({ key, letters: lettersOf(key) }))
    for (const binding of bindings) {
      const { key } = binding
      if (read.has(key) || declared.has(key) || key.length < 5) continue
      if (templates.some((start) => start.length > 2 && key.startsWith(start))) continue
      left -= missing.length
      if (left < 0) return
      const letters = lettersOf(key)
      const near = missing.find((other) => isNear(letters, other.letters))?.key
      if (near === undefined) continue
      findInPack(outcome, {
        rule: 'near-miss-name',
        severity: 'warning',
        binding,
        message: `${key} is set in ${name} and nobody reads it; ${near} is read and not set there.`,
        hint: `Is ${near} meant?`,
      })
    }
  }
}

/** `_`, `-` and case left out. */
const lettersOf = (key: string): string => key.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase()

/** One letter off (two in long names); digits that differ are another key. */
function isNear(a: string, b: string): boolean {
  if (a === b) return true
  if (Math.abs(a.length - b.length) > 2) return false
  if (a.replaceAll(/\D/g, '') !== b.replaceAll(/\D/g, '')) return false
  if (`${a}S` === b || `${b}S` === a) return true
  const atMost = Math.min(a.length, b.length) >= 12 ? 3 : Math.min(a.length, b.length) >= 7 ? 2 : 1
  return editDistance(a, b, atMost - 1) < atMost
}
