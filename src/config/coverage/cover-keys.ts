import type { Binding } from '../binding.ts'
import type { Declaration } from '../declarations/declaration.ts'
import type { KeyRead, Language } from '../key-read.ts'
import type { Location } from '../location.ts'
import { effectOf } from '../packs/key-nature.ts'
import { phaseOf } from '../repository/phase-of.ts'
import { givenReason } from '../rules/given-names.ts'
import { compareTexts, templateMatcher } from '../rules/scan-keys.ts'
import type { CoverageLevel, KeyCoverage, TracedKey } from './key-coverage.ts'
import { coverageLevelNames } from './key-coverage.ts'
import type { MutationResult } from './mutation-results.ts'
import { productionOnly } from './production-only.ts'
import type { RunTrace, TracedRead } from './run-trace.ts'
import { shapeClass } from './shape-classes.ts'
import type { ValueEffect } from './value-effects.ts'

export interface CoverageInput {
  reads: readonly KeyRead[]
  declarations: readonly Declaration[]
  /** Of the target environment: those that count (`effectiveBindings`). */
  bindings: readonly Binding[]
  /** Of one run, or of several whose fingerprints are of one secret. */
  traces: readonly RunTrace[]
  /** Of the fingerprints in the traces. */
  secret: Uint8Array
  componentOf: (file: string) => string
  effects?: readonly ValueEffect[]
  mutants?: readonly MutationResult[]
}

const tracedLanguages: ReadonlySet<Language> = new Set(['javascript', 'typescript', 'python'])
const mostPlaces = 20

/**
 * Every key that is declared, bound, read by the code or read by it during the run, in the order of their names. Names
 * that the system, CI or a runtime gives count only where somebody declares or binds them. Pure.
 */
export function coverKeys(input: CoverageInput): KeyCoverage[] {
  const declared = Map.groupBy(input.declarations, ({ key }) => key)
  const bound = Map.groupBy(input.bindings, ({ key }) => key)
  const inProduct = input.reads.filter(({ phase }) => phase !== 'test')
  const reads = Map.groupBy(
    inProduct.filter(({ template }) => !template),
    ({ key }) => key,
  )
  const testOnly = new Set(input.reads.filter((read) => read.phase === 'test').map((it) => it.key))
  const templates = [
    ...Map.groupBy(
      inProduct.filter(({ template }) => template),
      keyOf,
    ).entries(),
  ]
    .slice(0, 5000)
    .map(([key, all]) => ({ matches: templateMatcher(key), all }))
  const inProductCode = (key: string): boolean =>
    reads.has(key) || templates.some(({ matches }) => matches(key))
  const traced = tracedReads(input.traces, inProductCode)
  const effects = new Map((input.effects ?? []).map((effect) => [effect.key, effect]))
  const noticed = new Set(
    (input.mutants ?? []).flatMap(({ key, outcome }) => (outcome === 'noticed' ? [key] : [])),
  )
  const names = new Set([...declared.keys(), ...bound.keys(), ...reads.keys()])
  for (const [key, { all }] of traced) {
    // a library asks for many names that nobody here has heard of
    if (!names.has(key) && all.some((it) => isOwnRead(it) && /^[A-Za-z_]\w*$/.test(it.key))) {
      if (!testOnly.has(key)) names.add(key)
    }
  }
  return [...names].toSorted(compareTexts).flatMap((key): KeyCoverage[] => {
    const known = declared.has(key) || bound.has(key)
    if (!known && givenReason(key) !== undefined) return []
    const direct = reads.get(key) ?? []
    const found =
      direct.length > 0
        ? direct
        : templates.filter(({ matches }) => matches(key)).flatMap(({ all }) => all)
    const run = traced.get(key)
    const own = run?.all.filter(isOwnRead) ?? []
    const given = (bound.get(key) ?? []).filter(({ state }) => state !== 'unset')
    const effect = effects.get(key)
    const reached = coverageLevelNames.filter((level) => {
      if (level === 'C0') return declared.has(key)
      if (level === 'C1') return given.length > 0
      if (level === 'C2') return found.length > 0
      if (level === 'C3') return run !== undefined
      return level === 'C4' ? effect !== undefined : noticed.has(key)
    })
    const inCode = found.length > 0 || own.length > 0
    const traceable = own.length > 0 || found.some(({ language }) => tracedLanguages.has(language))
    const copied =
      run === undefined && found.length > 0 && found.every(({ tier }) => tier === 'schema')
        ? (libraryCopy(input.traces, found[0]!.language) ?? null)
        : null
    const place = found[0]?.location.file ?? own[0]?.at?.file ?? ''
    return [
      {
        key,
        level: reached.at(-1) ?? 'C0',
        reached,
        inCode,
        component: found[0]?.component ?? input.componentOf(place),
        declared: declared.get(key)?.[0]?.location ?? null,
        bound: given[0] === undefined ? null : boundOf(given[0]),
        reads: found.slice(0, mostPlaces).map(({ location }) => location),
        languages: [...new Set(found.map(({ language }) => language))],
        traceable,
        copied,
        traced: run === undefined ? null : tracedKey(run),
        productionOnly:
          inCode && traceable && copied === null
            ? productionOnly(given, run?.all ?? [], input.secret)
            : null,
        effect: effect === undefined ? null : { unit: effect.unit, changed: effect.changed },
        effectClass: effectOf(key) ?? null,
      },
    ]
  })
}

interface Run {
  all: TracedRead[]
  processes: number
  languages: Set<'javascript' | 'python'>
}

/**
 * By key. What the runtime itself reads (a child process gets the environment) is no reading of configuration, nor is what
 * helpers of tests read to put it back later. A test that reads a key itself counts only where no other code does.
 */
function tracedReads(
  traces: readonly RunTrace[],
  inProductCode: (key: string) => boolean,
): Map<string, Run> {
  const found = new Map<string, Run>()
  const known = new Map<string, boolean>()
  const isProduct = (key: string): boolean => {
    const told = known.get(key) ?? inProductCode(key)
    known.set(key, told)
    return told
  }
  for (const { language, reads } of traces.flatMap(({ processes }) => processes)) {
    const here = new Set<string>()
    for (const read of reads) {
      if (read.by === 'runtime') continue
      const inTest = read.at !== undefined && phaseOf(read.at.file) === 'test'
      if (inTest && (read.by === 'library' || isProduct(read.key))) continue
      const run = found.get(read.key) ?? { all: [], processes: 0, languages: new Set() }
      found.set(read.key, run)
      run.all.push(read)
      run.languages.add(language)
      if (!here.has(read.key)) run.processes += 1
      here.add(read.key)
    }
  }
  return found
}

/** Where a library first took the whole environment for the repository's own code, outside of tests. */
function libraryCopy(traces: readonly RunTrace[], language: Language): Location | undefined {
  const wanted = language === 'python' ? 'python' : 'javascript'
  for (const process of traces.flatMap(({ processes }) => processes)) {
    if (process.language !== wanted) continue
    const copy = process.copies.find(
      ({ by, at }) => by === 'library' && phaseOf(at.file) !== 'test',
    )
    if (copy !== undefined) return copy.at
  }
  return undefined
}

const keyOf = ({ key }: KeyRead): string => key

/** By the repository's code, outside of tests. */
const isOwnRead = ({ by, at }: TracedRead): boolean =>
  by === 'project' && at !== undefined && phaseOf(at.file) !== 'test'

function boundOf({ state, value, location }: Binding): NonNullable<KeyCoverage['bound']> {
  const shape = state === 'set' && value !== undefined ? shapeClass(value.reveal()) : undefined
  return { state, ...(shape === undefined ? {} : { shape }), location }
}

function tracedKey({ all, processes, languages }: Run): TracedKey {
  const places = new Map<string, Location>()
  const tests = new Set<string>()
  const shapes = new Set<string>()
  const prints = new Set<string>()
  for (const { at, test, state, shape, print } of all) {
    if (at !== undefined) places.set(`${at.file}\0${String(at.line).padStart(9, '0')}`, at)
    if (test !== undefined) tests.add(test)
    if (state !== undefined) shapes.add(state === 'set' ? (shape ?? 'text') : state)
    if (print !== undefined) prints.add(print)
  }
  return {
    processes,
    languages: [...languages].toSorted(),
    places: [...places]
      .toSorted(([a], [b]) => compareTexts(a, b))
      .slice(0, mostPlaces)
      .map(([, place]) => place),
    tests: [...tests].toSorted(),
    shapes: [...shapes].toSorted(),
    values: prints.size,
  }
}

/** The two ratios, and how many keys reached each level at most; only keys that the code reads count. */
export function coverageRatios(keys: readonly KeyCoverage[]): {
  inCode: number
  read: number
  noticed: number
  levels: Record<CoverageLevel, number>
} {
  const levels: Record<CoverageLevel, number> = { C0: 0, C1: 0, C2: 0, C3: 0, C4: 0, C5: 0 }
  const inCode = keys.filter((key) => key.inCode)
  for (const { level } of inCode) levels[level] += 1
  const read = inCode.filter(({ level }) => level >= 'C3').length
  return { inCode: inCode.length, read, noticed: levels.C5, levels }
}
