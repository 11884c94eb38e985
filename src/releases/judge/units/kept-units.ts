import type { Detector } from '../../../signals/detector.ts'
import { AftergreenError } from '../../../errors.ts'
import type { AttributeKey } from '../../../store/attribute-keys.ts'
import type { Store } from '../../../store/store.ts'
import type { JudgeWindow } from '../judge-window.ts'
import type { UnitTable } from '../unit-table.ts'
import { inTurn } from './count-in-turn.ts'
import { countSpans, spansIn, type StretchCount } from './count-spans.ts'
import { JoinedUnits } from './joined-units.ts'
import { detect, type Detected, KeptFailures } from './kept-failures.ts'
import { KeptKeys } from './kept-keys.ts'
import { readUnits } from './read-units.ts'
import { tableOf } from './table-of-units.ts'
import { compacted, samplePart } from './unit-chunk.ts'
import type { UnitChunk } from './unit-chunk.ts'
import { type Stretch, stretchesOf } from './time-chunks.ts'
import { tracesIn, unionOf } from './trace-presence.ts'
import { sampleOf, type UnitScope } from './unit-scope.ts'
import { bytesOfRow, columnId, newUnitValues, type UnitRows, type UnitValues } from './unit-rows.ts'

export interface KeptOptions {
  detectors: readonly Detector[]
  /** More entry spans than this are read as a hashed sample of traces. */
  maxUnits: number
  /** At most so many attributes, the most frequent first. */
  maxAttributes: number
  /** Of the look: what is read for the first time is read from it. */
  sample?: UnitSample | undefined
}

/** See `LookSample`. */
export interface UnitSample {
  take(oneOf: number, spans: number): Promise<Store>
  entries(oneOf: number): Promise<Store>
}

/** Of stretches that have changed: the traces in each, and the failures where these are all stretches. */
interface Signs {
  traces: Float64Array[]
  failures: Detected | null
}

/** Of stretches that have changed. */
interface Reading {
  units: Promise<UnitRows[]>
  signs: Promise<Signs>
}

const instance = 'service.instance.id'

/** Columns of attributes that have become rarer than others stay readable, up to so many times `maxAttributes`. */
const columnsKept = 2

/**
 * The units of a release that were read at its last look. The next look counts the spans of each stretch of time and reads
 * those in which something came or went: what it gives is exactly what reading everything would give.
 */
export class KeptUnits {
  #chunks: readonly UnitChunk[] = []
  #keys: readonly AttributeKey[] = []
  #values: UnitValues = newUnitValues()
  #joined = new JoinedUnits(this.#values, [])
  #failures = new KeptFailures()
  readonly #attributes = new KeptKeys()
  #looks = 0
  #oneOf = 1
  #from = Number.NaN

  /** About how much memory this takes. */
  bytes(): number {
    const cells = bytesOfRow(this.#keys)
    let values = 0
    for (const { values: each } of this.#values.attributes.values()) values += 100 * each.length
    return this.#chunks.reduce(
      (sum, { units, traces }) => sum + cells * units.rows + 8 * traces.length,
      values + this.#joined.bytes(),
    )
  }

  /** Gives up what the next look can put together again without asking the engine: about half of the memory. */
  shrink(): void {
    this.#joined = new JoinedUnits(this.#values, this.#keys)
  }

  /** Brings the rows up to date. What throws leaves them in doubt: they are not to be used again. */
  async load(scope: UnitScope, window: JudgeWindow, options: KeptOptions): Promise<UnitTable> {
    try {
      return await this.#load(scope, window, options)
    } catch (error) {
      const isRefused = error instanceof AftergreenError && error.code === 'ENGINE_QUERY'
      if (options.sample === undefined || !isRefused) throw error
      // the sample may lack a column that has come since
      this.#forget()
      return await this.#load(scope, window, { ...options, sample: undefined })
    }
  }

  async #load(scope: UnitScope, window: JudgeWindow, options: KeptOptions): Promise<UnitTable> {
    if (this.#from !== window.from) this.#forget()
    this.#from = window.from
    const known = this.#chunks.filter(({ to }) => to <= window.to)
    const gone = this.#chunks.filter(({ to }) => to > window.to)
    const added = stretchesOf({ ...window, from: known.at(-1)?.to ?? window.from })
    const stretches: Stretch[] = [...known, ...added]
    this.#looks += 1
    const counts = await this.#count(scope, known, added)
    const entries = counts.reduce((sum, count) => sum + count.entries, 0)
    const oneOf = shareFor(entries, options.maxUnits)
    const sample = known.length === 0 ? options.sample : undefined
    const requests = sample?.entries(oneOf) ?? Promise.resolve(scope.store)
    sample?.take(oneOf, spansOf(counts)).catch(() => {})
    const asked: UnitScope = { ...scope, store: await requests }
    const changedSince = (chunks: readonly UnitChunk[]): Stretch[] =>
      stretches.filter((_, i) => chunks[i]?.count.mark !== counts[i]!.mark)
    const read = (which: readonly Stretch[]): Reading => {
      const isAll = which.length === stretches.length
      const units = readUnits(asked, which, oneOf, this.#keys, this.#values)
      const signs = this.#signs(scope, which, counts, isAll, options)
      for (const each of [units, signs]) each.catch(() => {})
      return { units, signs }
    }
    // a minute more seldom brings new attributes: what it holds is read while that is asked
    const isMore = known.length > 0 && oneOf === this.#oneOf
    const early = isMore ? read(changedSince(known)) : undefined
    const limit = options.maxAttributes
    const keys =
      entries === 0
        ? []
        : withInstance(
            await this.#attributes.keysOf(asked, stretches, counts, oneOf, limit),
            entries,
          )

    const isKnown = new Set(this.#keys.map(columnId))
    const isNew = keys.filter((key) => !isKnown.has(columnId(key)))
    const mustForget = oneOf < this.#oneOf || isNew.length > 0
    if (mustForget) this.#forget(this.#columns(keys, isNew, options.maxAttributes))
    const kept = mustForget ? [] : this.#thinned(known, oneOf)
    this.#oneOf = oneOf
    const isSame = (i: number): boolean => kept[i]?.count.mark === counts[i]!.mark
    const reading = mustForget || early === undefined ? read(changedSince(kept)) : early
    const fresh = (await reading.units).values()
    const units = stretches.map((_, i) => (isSame(i) ? kept[i]!.units : fresh.next().value!))
    // the engine is still looking for the signs
    this.#joined.update(units)
    const { table, spans, traces } = tableOf(this.#joined, keys, {
      candidate: scope.versions.indexOf(scope.release.version),
      oneOf,
    })
    const found = await reading.signs
    const present = found.traces.values()
    this.#chunks = stretches.map(({ from, to }, i): UnitChunk => {
      const own = isSame(i) ? kept[i]!.traces : present.next().value!
      return { from, to, count: counts[i]!, units: units[i]!, traces: own }
    })
    const left = [...kept.filter((_, i) => !isSame(i)), ...(mustForget ? [] : gone)]
    await this.#keepFailures(scope, left, found, options)
    this.#chunks = compacted(this.#chunks, window.to, this.#keys, this.#values)
    this.#joined.rename(unitsOf(this.#chunks))
    return {
      ...table,
      ...this.#failures.mark(table, { spans, traces }),
      sample: {
        oneOf,
        traces,
        isAllVersions: counts.every(({ others }) => others === 0),
      },
    }
  }

  async #signs(
    scope: UnitScope,
    changed: readonly Stretch[],
    counts: readonly StretchCount[],
    isAll: boolean,
    { detectors, sample }: KeptOptions,
  ): Promise<Signs> {
    const store = isAll ? await sample?.take(this.#oneOf, spansOf(counts)) : undefined
    const asked = { ...scope, store: store ?? scope.store }
    const [traces, failures] = await Promise.all([
      tracesIn(asked, changed, this.#oneOf),
      isAll ? detect(asked, detectors, sampleOf(this.#oneOf)) : null,
    ])
    return { traces, failures }
  }

  /** @param left stretches whose traces are not what they were */
  async #keepFailures(
    scope: UnitScope,
    left: readonly UnitChunk[],
    { traces, failures }: Signs,
    { detectors }: KeptOptions,
  ): Promise<void> {
    if (failures !== null) {
      this.#failures.replace(failures, this.#chunks)
      return
    }
    const all = [...left.map((chunk) => chunk.traces), ...traces]
    const touched = all.reduce(unionOf, new Float64Array(0))
    await this.#failures.readAgain(scope, detectors, this.#oneOf, this.#chunks, touched)
  }

  /** Counts what is new, and of what is known the newest and, in turn, the rest: so much a look, however much there is. */
  async #count(
    scope: UnitScope,
    known: readonly UnitChunk[],
    fresh: readonly Stretch[],
  ): Promise<StretchCount[]> {
    const asked = inTurn(known)
    const stretches = [...known.filter((_, i) => asked.has(i)), ...fresh]
    const counts = (await countSpans(scope, stretches, this.#looks)).values()
    return [...known, ...fresh].map((_, i) => {
      const chunk = known[i]
      return chunk === undefined || asked.has(i) ? counts.next().value! : chunk.count
    })
  }

  /** What is read from now on: with the columns read so far, unless they have become too many. */
  #columns(
    keys: readonly AttributeKey[],
    isNew: readonly AttributeKey[],
    limit: number,
  ): readonly AttributeKey[] {
    const all = [...this.#keys, ...isNew]
    return all.length > columnsKept * limit ? keys : all
  }

  #thinned(chunks: readonly UnitChunk[], oneOf: number): readonly UnitChunk[] {
    if (oneOf === this.#oneOf) return chunks
    const values = newUnitValues()
    const thinned = chunks.map((chunk) => samplePart(chunk, oneOf, this.#values, values))
    this.#values = values
    this.#joined = new JoinedUnits(values, this.#keys)
    this.#failures.sample(oneOf)
    return thinned
  }

  #forget(keys: readonly AttributeKey[] = []): void {
    this.#chunks = []
    this.#keys = keys
    this.#values = newUnitValues()
    this.#joined = new JoinedUnits(this.#values, keys)
    this.#failures = new KeptFailures()
  }
}

/** Who answered is read in any case: no cohort is named by it, but what a fresh instance does is told apart by it. */
function withInstance(keys: readonly AttributeKey[], rows: number): readonly AttributeKey[] {
  if (keys.some(({ key }) => key === instance)) return keys
  return [...keys, { key: instance, type: 'string', rows }]
}

const spansOf = (counts: readonly StretchCount[]): number =>
  counts.reduce((sum, count) => sum + spansIn(count), 0)

const unitsOf = (chunks: readonly UnitChunk[]): UnitRows[] => chunks.map(({ units }) => units)

/** The least power of two at which so many spans are at most `most`. */
function shareFor(entries: number, most: number): number {
  let oneOf = 1
  while (entries / oneOf > most) oneOf *= 2
  return oneOf
}
