import { createRandom } from '../../stats/random.ts'
import { assignmentColumn } from '../judge/compare-populations.ts'
import type { UnitTable } from '../judge/unit-table.ts'

/** Instances with a smaller share of the requests do not count as one. */
const minInstanceShare = 0.02

/** Candidate or baseline by chance, the same for whatever belongs to one session or user (else trace). */
export function splitByUnit(table: UnitTable, share: number, seed: number): Uint8Array {
  const key = assignmentColumn(table)
  const sides = new Uint8Array(table.rows)
  for (let row = 0; row < table.rows; row++) {
    const code = key?.codes[row] ?? 0
    const unit = code === 0 ? table.traceIds[row]! : String(key!.values[code])
    sides[row] = hashed(unit, seed) < share ? 1 : 0
  }
  return sides
}

/**
 * Whole instances by chance, with about a share of the requests on the candidate's side; null where fewer than two have
 * traffic worth the name.
 * @param instances per row; empty where it is not known
 */
export function splitByInstance(
  instances: readonly string[],
  share: number,
  seed: number,
): Uint8Array | null {
  const taken = chooseInstances(instances, share, seed)
  return taken === null ? null : sidesOf(instances, taken)
}

/** Candidate where an instance was taken. */
export function sidesOf(instances: readonly string[], taken: ReadonlySet<string>): Uint8Array {
  return Uint8Array.from(instances, (name) => (taken.has(name) ? 1 : 0))
}

/**
 * The candidate's instances, by chance.
 * @param instances per request; empty where it is not known
 * @returns null where fewer than two have traffic worth the name
 */
export function chooseInstances(
  instances: readonly string[],
  share: number,
  seed: number,
): Set<string> | null {
  const rows = new Map<string, number>()
  for (const instance of instances) rows.set(instance, (rows.get(instance) ?? 0) + 1)
  const known = [...rows]
    .filter(([name, count]) => name !== '' && count >= minInstanceShare * instances.length)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (known.length < 2) return null
  const random = createRandom(seed)
  const wanted = share * instances.length
  const taken = new Set<string>()
  let sum = 0
  while (taken.size < known.length - 1) {
    const open = known.filter(([name]) => !taken.has(name))
    const [name, count] = open[random.integer(open.length)]!
    // one instance at least, and then as near to the share as the next one leads
    if (taken.size > 0 && Math.abs(sum + count - wanted) >= Math.abs(sum - wanted)) break
    taken.add(name)
    sum += count
  }
  return taken
}

/** A number in [0, 1) that depends on a text and a seed alone (FNV-1a, mixed by the finalizer of MurmurHash3). */
function hashed(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1)) | 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
