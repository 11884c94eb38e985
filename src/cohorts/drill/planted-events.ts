/** Seeded events of two populations with known differences between them: what a search must find, and nothing else. */
import { createRandom, type Random } from '../../stats/random.ts'
import type { Cohort } from '../cohort.ts'
import { matchRows } from '../source/memory-match.ts'
import type { MemoryDurations, MemoryMeasure, MemoryTable } from '../source/memory-rows.ts'
import { drawCohort, glanceAt, type CohortWish } from './draw-cohort.ts'
import { drawColumns } from './draw-columns.ts'
import { drawOutcomes } from './draw-outcomes.ts'
import { drawSchema, operationName, type AttributeSpec } from './draw-schema.ts'
import { drawTraits, type Traits } from './draw-traits.ts'
import { weighPlants } from './weigh-plants.ts'

export type PlantKind = 'rate' | 'latency' | 'volume'

export interface PlantedOptions {
  seed: number
  rows: number
  /** 20 to 60 make sense; at least 6. */
  attributes: number
  /** How many cohorts, or which; left out: 0 to 5. */
  plants?: number | readonly PlantWish[]
  /** What is compared, and may be planted. */
  kinds: readonly PlantKind[]
  /** Nothing differs between the sides: no plants, no change of everything, no shifted mix. */
  healthy?: boolean
  /** Some of the traits, instead of those that the seed draws. */
  traits?: Partial<Traits>
}

/** A cohort to be drawn. */
export interface PlantWish extends CohortWish {
  kind: PlantKind
  effect: number
}

/** A cohort that was changed on the candidate's side. */
export interface PlantedCohort {
  kind: PlantKind
  cohort: Cohort
  /** Odds ratio of failures (of each event; users differ, so that of all together is smaller), or how many times as long, or how many times as many events. */
  effect: number
  /** Of all rows. */
  share: number
  /** The rows inside, both sides, ascending. */
  members: Uint32Array
  /** Per measure: the rows that are bad (of a volume: on the other side) because of it. */
  excess: ReadonlyMap<string, Uint32Array>
  /** What the confirmation half is expected to show, for the measure that shows most. */
  expected: {
    measure: string
    baseline: { bad: number; total: number }
    candidate: { bad: number; total: number }
    designEffect: number
    nats: number
    /** In the half that is searched, for the measure that shows most there. */
    searchNats: number
    users: number
  }
  /** Nats that it costs to name it: the log of how many cohorts of its shape a search chooses from. */
  namingNats: number
  /** Above the line of confirmation. */
  detectable: boolean
  /** Above the line of the search too. */
  aboveSearch: boolean
}

export interface PlantedEvents {
  table: MemoryTable
  /** Per row: its user. */
  unit: Uint32Array
  measures: MemoryMeasure[]
  /** Undefined where latency is not compared. */
  durations: MemoryDurations | undefined
  planted: PlantedCohort[]
  traits: Traits
  /** Attribute -> the attribute that it only renames. */
  renames: ReadonlyMap<string, string>
}

/** What is known of a plant before anything is drawn. */
export interface Plant {
  kind: PlantKind
  cohort: Cohort
  effect: number
  members: Uint32Array
}

const overlapAllowed = 0.2

/** The same events for the same options, on every machine. Events of one user come one after the other. */
export function plantedEvents(options: PlantedOptions): PlantedEvents {
  const { seed, rows, attributes, kinds, healthy = false } = options
  const random = createRandom(seed * 7919)
  const traits = { ...drawTraits(random, kinds, healthy), ...options.traits }
  const { unit, users } = drawUsers(rows, traits, random)
  const specs = drawSchema(seed, attributes)
  const renames = new Map(
    specs.flatMap((spec) =>
      spec.kind === 'dependent' && spec.groups === 0 && spec.noise === 0
        ? [[spec.name, spec.from] as const]
        : [],
    ),
  )
  const columns = drawColumns(specs, unit, users, seed)
  const bare: MemoryTable = { rows, candidate: new Uint8Array(0), attributes: columns }
  const asked = healthy ? 0 : (options.plants ?? random.integer(6))
  const wanted =
    typeof asked === 'number'
      ? { count: asked, wish: () => drawWish(kinds, random) }
      : { count: asked.length, wish: (index: number) => asked[index]! }
  const plants = drawPlants(bare, specs, wanted, random)
  const outcomes = drawOutcomes({ table: bare, unit, users, plants, traits, random })
  const table: MemoryTable = { ...bare, candidate: outcomes.candidate }
  const operation = columns.find(({ name }) => name === operationName)
  const durations =
    outcomes.durations === undefined
      ? undefined
      : {
          values: outcomes.durations,
          ...(operation?.kind === 'category' ? { operation: operation.codes } : {}),
        }
  const measures: MemoryMeasure[] = []
  if (kinds.includes('rate')) measures.push({ name: 'rate', kind: 'share', bad: outcomes.bad })
  if (kinds.includes('volume')) {
    measures.push({ name: 'volume', kind: 'volume', bad: new Uint8Array(rows).fill(1) })
  }
  return {
    table,
    unit,
    measures,
    durations,
    planted: weighPlants({
      rows,
      columns,
      searched: specs.filter((spec) => spec.kind !== 'identifier' && !renames.has(spec.name))
        .length,
      unit,
      plants,
      traits,
      outcomes,
      durations,
    }),
    traits,
    renames,
  }
}

/** 1 to 50 events each, most have few. */
function drawUsers(
  rows: number,
  { leastEvents }: Traits,
  random: Random,
): { unit: Uint32Array; users: number } {
  const unit = new Uint32Array(rows)
  let user = 0
  for (let row = 0; row < rows; user++) {
    const events = Math.min(
      50,
      Math.floor(leastEvents - 1 + Math.exp(Math.abs(random.normal()) * 1.4)),
    )
    for (const end = Math.min(rows, row + events); row < end; row++) unit[row] = user
  }
  return { unit, users: user }
}

function drawPlants(
  table: MemoryTable,
  specs: readonly AttributeSpec[],
  wanted: { count: number; wish: (index: number) => PlantWish },
  random: Random,
): Plant[] {
  if (wanted.count === 0) return []
  const identifiers = specs.filter(({ kind }) => kind === 'identifier').map(({ name }) => name)
  const glance = glanceAt(table, new Set(identifiers))
  const plants: Plant[] = []
  const taken = new Uint8Array(table.rows)
  for (let attempt = 0; plants.length < wanted.count && attempt < 4 * wanted.count; attempt++) {
    const wish = wanted.wish(plants.length)
    const cohort = drawCohort(glance, wish, random)
    if (cohort === null) continue
    const all = new Uint32Array(table.rows)
    const members = all.slice(0, matchRows(table, cohort)(0, table.rows, all))
    const shared = members.reduce((count, row) => count + taken[row]!, 0)
    if (members.length === 0 || shared > overlapAllowed * members.length) continue
    for (const row of members) taken[row] = 1
    plants.push({ kind: wish.kind, cohort, effect: wish.effect, members })
  }
  return plants
}

function drawWish(kinds: readonly PlantKind[], random: Random): PlantWish {
  const kind = kinds[random.integer(kinds.length)]!
  return {
    order: 1 + random.integer(3),
    ranged: random.uniform() < 1 / 3,
    share: logUniform(random, 0.0002, 0.02),
    kind,
    effect: drawEffect(kind, random),
  }
}

function drawEffect(kind: PlantKind, random: Random): number {
  if (kind === 'rate') return logUniform(random, 1.5, 20)
  if (kind === 'latency') return logUniform(random, 1.5, 5)
  const choices = [0, 0.25, 0.5, 0.7, 1.5, 2, 3, 4]
  return choices[random.integer(choices.length)]!
}

function logUniform(random: Random, low: number, high: number): number {
  return low * (high / low) ** random.uniform()
}
