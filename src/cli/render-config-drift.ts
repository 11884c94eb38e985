import { createColors } from 'picocolors'

import type { ConfigDrift, DriftVerdict, InstanceFacts } from '../config/drift/config-drift.ts'
import { driftVerdicts } from '../config/drift/config-drift.ts'
import type { RenderOptions } from './render-verdict.ts'
import { cleanText, columnsOf } from './wrap-text.ts'

const mostInstances = 60

const words: Record<DriftVerdict, string> = {
  matches: 'as declared',
  stale: 'stale',
  overridden: 'overridden',
  'default-in-force': 'on a default',
  'undeclared-key': 'undeclared',
  unverifiable: 'cannot be compared',
  'not-reported': 'not reported',
}

/** A line for each instance: what of its keys is as declared, and what is not. */
export function renderConfigDrift(drift: ConfigDrift, { colour, width }: RenderOptions): string {
  const { dim, bold } = createColors(colour)
  // those with something to tell first
  const sorted = drift.instances.toSorted((a, b) => faults(b) - faults(a))
  const shown = sorted.slice(0, mostInstances)
  const names = shown.map(({ component, instance }) => cleanText(`${component} ${instance}`))
  const room = Math.min(50, Math.max(0, ...names.map(columnsOf)))
  const lines = shown.map((facts, index) => {
    const { release, loadedAt, counts } = facts
    const told = driftVerdicts
      .filter((verdict) => counts[verdict] > 0)
      .map((verdict) => `${counts[verdict]} ${words[verdict]}`)
      .join(', ')
    const name = names[index]!
    const head = name + ' '.repeat(Math.max(0, room - columnsOf(name)))
    const since = `${loadedAt.slice(0, 16).replace('T', ' ')}${release === null ? '' : `, ${cleanText(release)}`}`
    const line = `  ${faults(facts) > 0 ? bold(head) : head}  ${told === '' ? 'reports no keys' : told}`
    return columnsOf(line) + since.length + 3 <= Math.max(60, width)
      ? `${line}  ${dim(since)}`
      : line
  })
  if (sorted.length > shown.length) {
    lines.push(dim(`  and ${sorted.length - shown.length} more; --json lists all`))
  }
  return lines.join('\n')
}

const faults = ({ counts }: InstanceFacts): number =>
  counts.stale + counts.overridden + counts['default-in-force'] + counts['undeclared-key']
