import { bucketCount } from '../compare/cohort-source.ts'
import { slowBounds, slowLevels } from '../source/memory-latency.ts'
import type { MemoryColumn, MemoryDurations } from '../source/memory-rows.ts'
import { placeUnits } from '../source/unit-hash.ts'
import { logisticScale, sigmoid, type Outcomes } from './draw-outcomes.ts'
import type { Traits } from './draw-traits.ts'
import {
  detectableNats,
  EvidenceTally,
  type ExpectedCounts,
  shareEvidence,
  volumeEvidence,
} from './expected-evidence.ts'
import { namingCost } from './naming-cost.ts'
import type { Plant, PlantedCohort } from './planted-events.ts'

/** Fewer users with bad events than this, and nobody should call it a cohort. */
const detectableUsers = 8

interface Weighing {
  rows: number
  columns: readonly MemoryColumn[]
  /** How many of them are searched. */
  searched: number
  unit: Uint32Array
  plants: readonly Plant[]
  traits: Traits
  outcomes: Outcomes
  durations: MemoryDurations | undefined
}

interface Weighed {
  measure: string
  excess: Uint32Array
  counts: ExpectedCounts
  nats: number
  /** Different users with bad events of the candidate, in the confirmation half. */
  users: number
}

/**
 * What each plant did, and how much evidence it is expected to leave in each half. Detectable: at least 12 ln 2 nats
 * (twelve bad events, all on one of two equal sides) after the design effect of its users in the half that confirms, and
 * at least eight different users with bad events in both halves. Above the line of the search: besides, as much in the
 * half that is searched, and the nats of its name on top. The halves of a cohort of few users may be unlike.
 */
export function weighPlants(weighing: Weighing): PlantedCohort[] {
  const { rows, columns, searched, unit, plants, traits, outcomes, durations } = weighing
  if (plants.length === 0) return []
  const places = placeUnits(unit, 1)
  const confirms = (row: number): boolean => places[row]! >= bucketCount
  const searches = (row: number): boolean => places[row]! < bucketCount
  const bounds = durations === undefined ? [] : slowBounds(outcomes.candidate, durations)
  const costOf = namingCost({
    columns,
    searched,
    candidate: outcomes.candidate,
    searches,
  })
  return plants.map((plant) => {
    const waysIn = (half: Chosen): Weighed[] =>
      plant.kind === 'rate'
        ? [weighRate(plant, unit, half, outcomes, traits)]
        : plant.kind === 'volume'
          ? [weighVolume(plant, unit, half, outcomes, traits)]
          : slowLevels.map((_, level) =>
              weighLatency(plant, level, bounds, unit, half, outcomes, traits, durations!),
            )
    const ways = waysIn(confirms)
    const best = ways.toSorted((a, b) => b.nats - a.nats)[0]!
    const searchNats = Math.max(...waysIn(searches).map(({ nats }) => nats))
    // as many again in the discovery half
    const users = 2 * best.users
    const namingNats = costOf(plant.cohort, plant.kind)
    const detectable = best.nats >= detectableNats && users >= detectableUsers
    return {
      ...plant,
      share: plant.members.length / rows,
      excess: new Map(ways.map(({ measure, excess }) => [measure, excess])),
      expected: { measure: best.measure, ...best.counts, nats: best.nats, searchNats, users },
      namingNats,
      detectable,
      aboveSearch: detectable && searchNats >= detectableNats + namingNats,
    }
  })
}

function weighed(
  tally: EvidenceTally,
  restOdds: number,
): Pick<Weighed, 'counts' | 'nats' | 'users'> {
  const counts = tally.counts()
  return { counts, nats: shareEvidence(counts, restOdds), users: tally.users() }
}

type Chosen = (row: number) => boolean

function weighRate(
  { members, effect }: Plant,
  unit: Uint32Array,
  confirms: Chosen,
  { candidate, bad, badDraw, logOdds }: Outcomes,
  traits: Traits,
): Weighed {
  const tally = new EvidenceTally()
  const shift = Math.log(effect)
  for (const row of members) {
    if (!confirms(row)) continue
    const side = candidate[row] === 1 ? 1 : 0
    tally.add(unit[row]!, side, sigmoid(logOdds[row]! + side * shift))
  }
  return {
    measure: 'rate',
    // another plant in the same rows is left out: their overlap is small
    excess: members.filter(
      (row) => candidate[row] === 1 && bad[row] === 1 && badDraw[row]! >= sigmoid(logOdds[row]!),
    ),
    ...weighed(tally, traits.globalOdds),
  }
}

function weighVolume(
  { members, effect }: Plant,
  unit: Uint32Array,
  confirms: Chosen,
  { candidate, sideDraw, sideOdds }: Outcomes,
  traits: Traits,
): Weighed {
  let total = 0
  let users = 0
  let expected = 0
  let squares = 0
  let user = -1
  let events = 0
  for (const row of members) {
    if (!confirms(row)) continue
    const odds = sideOdds[row]! * effect
    total += 1
    expected += odds / (1 + odds)
    if (unit[row] !== user) {
      events = 0
      users += 1
    }
    user = unit[row]!
    squares += 2 * events + 1
    events += 1
  }
  // a user's events go to one side together, or each by itself
  const designEffect = traits.split === 'user' && total > 0 ? squares / total : 1
  const counts = {
    baseline: { bad: total - expected, total: total - expected },
    candidate: { bad: expected, total: expected },
    designEffect,
  }
  return {
    measure: 'volume',
    excess: members.filter((row) => {
      const odds = sideOdds[row]!
      return candidate[row] !== (sideDraw[row]! < odds / (1 + odds) ? 1 : 0)
    }),
    counts,
    nats: volumeEvidence(counts, traits.candidateShare),
    users,
  }
}

function weighLatency(
  { members, effect }: Plant,
  level: number,
  bounds: readonly (readonly number[])[],
  unit: Uint32Array,
  confirms: Chosen,
  { candidate, delay, spread }: Outcomes,
  traits: Traits,
  durations: MemoryDurations,
): Weighed {
  const tally = new EvidenceTally()
  const boundOf = (row: number): number => bounds[durations.operation?.[row] ?? 0]![level]!
  for (const row of members) {
    if (!confirms(row)) continue
    const side = candidate[row] === 1 ? 1 : 0
    const planted = side * Math.log(effect)
    const distance = (Math.log(boundOf(row)) - delay[row]! - planted) / spread[row]!
    tally.add(unit[row]!, side, beyond(distance, traits.noise))
  }
  return {
    measure: slowLevels[level]!.name,
    excess: members.filter((row) => {
      const duration = durations.values[row]!
      return candidate[row] === 1 && duration > boundOf(row) && duration / effect <= boundOf(row)
    }),
    ...weighed(tally, Math.exp(traits.globalDelay / logisticScale)),
  }
}

/** Probability that the noise is more than `distance` standard deviations above its mean. */
function beyond(distance: number, noise: Traits['noise']): number {
  if (noise === 'logistic') return sigmoid(-distance / logisticScale)
  // complementary error function, Numerical Recipes 6.2.2: relative error below 1.2e-7
  const z = Math.abs(distance) / Math.SQRT2
  const t = 1 / (1 + z / 2)
  const tail =
    0.5 *
    t *
    Math.exp(
      -z * z -
        1.265_512_23 +
        t *
          (1.000_023_68 +
            t *
              (0.374_091_96 +
                t *
                  (0.096_784_18 +
                    t *
                      (-0.186_288_06 +
                        t *
                          (0.278_868_07 +
                            t *
                              (-1.135_203_98 +
                                t * (1.488_515_87 + t * (-0.822_152_23 + t * 0.170_872_77)))))))),
    )
  return distance >= 0 ? tail : 1 - tail
}
