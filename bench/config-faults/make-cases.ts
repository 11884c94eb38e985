import { createRandom } from '../../src/stats/random.ts'
import type { Random } from '../../src/stats/random.ts'
import { cloned } from './configuration.ts'
import type { Configuration, Form } from './configuration.ts'
import { contradictions } from './fault-contradictions.ts'
import { textFaults } from './fault-texts.ts'
import { valueFaults } from './fault-values.ts'
import { harmlessChanges } from './harmless.ts'
import type { Change, Operator } from './operator.ts'
import { pick } from './operator.ts'
import { renderFiles } from './render-files.ts'
import type { Rendered } from './render-files.ts'
import type { Study } from './study-repository.ts'

export interface Case {
  id: number
  fault: boolean
  category: string
  study: Study
  form: Form
  change: Change
  before: Rendered
  after: Rendered
}

const faults: [string, readonly Operator[]][] = Object.entries({
  ...valueFaults,
  ...contradictions,
  ...textFaults,
})
const harmless: [string, readonly Operator[]][] = Object.entries(harmlessChanges)

/** Cases with their labels: nothing of the detector has run by then. Three of five are faults. */
export function makeCases(
  studies: readonly Study[],
  count: number,
  seed: number,
  forms: readonly Form[],
): Case[] {
  const random = createRandom(seed)
  const cases: Case[] = []
  const seen = new Set<string>()
  for (let id = 0; id < count; id++) {
    const fault = id % 5 < 3
    const list = fault ? faults : harmless
    const turn = Math.floor(id / 5) * (fault ? 3 : 2) + (fault ? id % 5 : (id % 5) - 3)
    const [category, operators] = list[turn % list.length]!
    const made = makeCase({ studies, forms, operators, random, seen })
    if (made !== undefined) cases.push({ id, fault, category, ...made })
  }
  return cases
}

interface Draw {
  studies: readonly Study[]
  forms: readonly Form[]
  operators: readonly Operator[]
  random: Random
  seen: Set<string>
}

function makeCase({
  studies,
  forms,
  operators,
  random,
  seen,
}: Draw): Omit<Case, 'id' | 'fault' | 'category'> | undefined {
  for (let attempt = 0; attempt < 40; attempt++) {
    const study = pick(studies, random)!
    const form = pick(forms, random)!
    const base = study.base(form)
    const change = pick(operators, random)!({
      base,
      keys: study.keys,
      random,
      salt: `${study.name}${attempt}`,
    })
    if (change === undefined) continue
    const changed: Configuration = cloned(base)
    change.apply(changed)
    const before = renderFiles(base)
    const after = renderFiles(changed)
    const identity = [study.name, form, ...[...after.files].flat()].join('\0')
    // a change that leaves every file as it is, or that was drawn before, is none
    if (seen.has(identity) || sameFiles(before, after)) continue
    seen.add(identity)
    return { study, form, change, before, after }
  }
  return undefined
}

const sameFiles = (one: Rendered, other: Rendered): boolean =>
  one.files.size === other.files.size &&
  [...one.files].every(([path, text]) => other.files.get(path) === text)
