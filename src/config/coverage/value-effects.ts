/** Which keys made a difference between two runs (level C4): pure. */
import type { RunTrace } from './run-trace.ts'

export interface ComparedRun {
  trace: RunTrace
  exitCode: number | null
}

export interface ValueEffect {
  key: string
  /** The test file, or the program, in which it was seen; '' = the test command as a whole. */
  unit: string
  /** `reads`: other places read configuration, so another branch was taken; `outcome`: the command ended differently. */
  changed: 'reads' | 'outcome'
}

interface Unit {
  /** By key: states and fingerprints. */
  values: Map<string, Set<string>>
  places: Set<string>
}

/**
 * Compares each test file (or program, where the test file is not known) with itself in the other run. A key has an effect
 * where it alone had other values there and the behaviour differs. Where two keys differ at a time nothing is said: it
 * could have been either. The fingerprints of both runs must be of one secret.
 */
export function valueEffects(one: ComparedRun, other: ComparedRun): ValueEffect[] {
  const first = unitsOf(one.trace)
  const second = unitsOf(other.trace)
  const effects: ValueEffect[] = []
  const everywhere = new Set<string>()
  for (const [name, unit] of first) {
    const twin = second.get(name)
    if (twin === undefined) continue
    const changed = [...unit.values.keys()].filter((key) => {
      const values = twin.values.get(key)
      return values !== undefined && !same(values, unit.values.get(key)!)
    })
    for (const key of changed) everywhere.add(key)
    const [key] = changed
    if (key === undefined || changed.length > 1 || same(unit.places, twin.places)) continue
    effects.push({ key, unit: name, changed: 'reads' })
  }
  const [only] = everywhere
  if (only !== undefined && everywhere.size === 1 && one.exitCode !== other.exitCode) {
    effects.push({ key: only, unit: '', changed: 'outcome' })
  }
  return effects
}

function unitsOf({ processes }: RunTrace): Map<string, Unit> {
  const units = new Map<string, Unit>()
  for (const { main, reads } of processes) {
    for (const { key, by, how, at, test, state, print = '' } of reads) {
      if (by !== 'project' || how !== 'get' || state === undefined) continue
      const name = test ?? main
      if (name === '') continue
      const unit = units.get(name) ?? { values: new Map(), places: new Set() }
      units.set(name, unit)
      const values = unit.values.get(key) ?? new Set()
      unit.values.set(key, values.add(`${state} ${print}`))
      if (at !== undefined) unit.places.add(`${key} ${at.file}:${at.line}`)
    }
  }
  return units
}

const same = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((item) => other.has(item))
