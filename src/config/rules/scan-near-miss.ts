/** Two names where one was meant: `near-miss`. Only where nothing writes one of them down, or nothing reads it. Pure. */
import type { ConfigFinding } from '../config-finding.ts'
import { findingId } from '../finding-id.ts'
import type { NearName } from './near-name.ts'
import { nearName } from './near-name.ts'
import type { ScanKey } from './scan-keys.ts'
import { isPromise } from './scan-keys.ts'
import { isRunRead } from './scan-undeclared.ts'

const words: Record<NearName, string> = {
  underscores: 'differs in underscores or case alone',
  plural: 'differs by an S',
  prefix: 'differs by its first words',
  spelling: 'differs by a letter or two',
}

/** More than these would be compared with each other too often. */
const mostCompared = 3000

export interface NearMisses {
  findings: ConfigFinding[]
  /** Keys that are explained by a near miss: they need no finding of their own. */
  explained: Set<string>
}

/**
 * A key that is read and not written down beside one that is written down and not read is the strongest case. A key that
 * has one of both faults beside a sound one is told only where the difference can hardly be meant.
 */
export function nearMisses(
  undeclared: readonly ScanKey[],
  unread: readonly ScanKey[],
  all: readonly ScanKey[],
): NearMisses {
  const findings: ConfigFinding[] = []
  const explained = new Set<string>()
  const counts = wordCounts(all)
  const wrong = new Set([...undeclared, ...unread].map(({ key }) => key))
  const names = new Set<string>()
  const sound = all
    .filter(({ key, reads, declarations }) => {
      if (names.has(key) || wrong.has(key) || key.includes('*')) return false
      if (reads.length === 0 || declarations.length === 0) return false
      names.add(key)
      return true
    })
    .slice(0, mostCompared)
  // fields of schemas and the like need no declaration, but may be what a declaration that nobody reads meant
  const unwritten = all
    .filter(
      ({ key, reads, declarations }) =>
        declarations.length === 0 && !key.includes('*') && reads.some(isRunRead),
    )
    .slice(0, mostCompared)
  for (const read of undeclared.slice(0, mostCompared)) {
    const known = unread
      .slice(0, mostCompared)
      .map((other) => ({
        other,
        how: nearName(read.key, other.key, knownWords(counts, read.key, other.key)),
      }))
      .find(({ how }) => how !== undefined)
    if (known !== undefined) {
      explained.add(read.key).add(known.other.key)
      findings.push(
        finding(
          read,
          known.other,
          known.how!,
          `The code reads ${read.key}, which is written down nowhere; ${known.other.key} is written down and never read.`,
        ),
      )
      continue
    }
    const near = similarSound(read, sound, counts)
    if (near === undefined) continue
    explained.add(read.key)
    findings.push(
      finding(
        read,
        near.other,
        near.how,
        `The code reads ${read.key}, which is written down nowhere; ${near.other.key} is.`,
      ),
    )
  }
  for (const declared of unread.slice(0, mostCompared)) {
    if (explained.has(declared.key) || declared.reads.length > 0) continue
    const near =
      similarUnwritten(declared, unwritten, counts) ?? similarSound(declared, sound, counts)
    if (near === undefined) continue
    explained.add(declared.key)
    findings.push(
      finding(
        declared,
        near.other,
        near.how,
        `${declared.key} is written down and never read; the code reads ${near.other.key}.`,
      ),
    )
  }
  return { findings, explained }
}

interface Similar {
  other: ScanKey
  how: NearName
}

function similarUnwritten(
  key: ScanKey,
  unwritten: readonly ScanKey[],
  counts: ReadonlyMap<string, number>,
): Similar | undefined {
  for (const other of unwritten) {
    const how = nearName(key.key, other.key, knownWords(counts, key.key, other.key))
    if (how !== undefined) return { other, how }
  }
  return undefined
}

function similarSound(
  key: ScanKey,
  sound: readonly ScanKey[],
  counts: ReadonlyMap<string, number>,
): Similar | undefined {
  for (const other of sound) {
    const how = nearName(key.key, other.key, knownWords(counts, key.key, other.key))
    if (how === 'underscores' || how === 'spelling') return { other, how }
  }
  return undefined
}

function finding(a: ScanKey, b: ScanKey, how: NearName, message: string): ConfigFinding {
  const locations = [a, b].flatMap(({ reads, declarations }) => {
    const places = reads.length > 0 ? reads : declarations.filter(isPromise)
    return places.slice(0, 5).map(({ location }) => location)
  })
  const body = {
    rule: 'near-miss',
    key: a.key,
    component: a.component,
    environments: [],
    locations,
  }
  return {
    id: findingId(body),
    ...body,
    severity: 'warning',
    evidence: 'inferred',
    message: `${message} One ${words[how]} from the other.`,
    hint: `Use one of ${a.key} and ${b.key} everywhere; if both are meant, write both down and read both.`,
  }
}

function wordCounts(all: readonly ScanKey[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of new Set(all.map(({ key }) => key))) {
    for (const word of new Set(key.split('_'))) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return counts
}

/** Words of the two names that other names have as well. */
function knownWords(counts: ReadonlyMap<string, number>, a: string, b: string): Set<string> {
  const own = [a.split('_'), b.split('_')]
  return new Set(
    own
      .flat()
      .filter((word) => (counts.get(word) ?? 0) > own.filter((it) => it.includes(word)).length),
  )
}
