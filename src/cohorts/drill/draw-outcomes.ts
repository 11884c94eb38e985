import type { Random } from '../../stats/random.ts'
import type { MemoryColumn, MemoryTable } from '../source/memory-rows.ts'
import { operationName } from './draw-schema.ts'
import type { Traits } from './draw-traits.ts'
import type { Plant } from './planted-events.ts'

export interface Outcomes {
  candidate: Uint8Array
  bad: Uint8Array
  /** Undefined where nothing compares them. */
  durations: Float32Array
  /** Per row: uniform draws that decided the side and the failure. */
  sideDraw: Float32Array
  badDraw: Float32Array
  /** Odds of the candidate's side without plants. */
  sideOdds: Float32Array
  /** Log odds of failing without plants, the change of everything included. */
  logOdds: Float32Array
  /** log-duration without plants and noise, and the noise's standard deviation. */
  delay: Float32Array
  spread: Float32Array
}

interface Drawing {
  table: MemoryTable
  unit: Uint32Array
  users: number
  plants: readonly Plant[]
  traits: Traits
  random: Random
}

/** How an attribute moves failures and durations, for everybody: no difference between the sides. */
interface Effects {
  codes: Uint8Array | Uint16Array | Uint32Array
  odds: Float64Array
  delay: Float64Array
}

export function drawOutcomes(drawing: Drawing): Outcomes {
  const { table, unit, users, plants, traits, random } = drawing
  const { rows } = table
  const trap = drawTrap(table, random)
  const effects = drawEffects(table, random)
  const operation = drawOperations(table, random)
  const own = Float64Array.from({ length: users }, () =>
    random.uniform() < traits.brokenUsers ? 6 : traits.userSpread * random.normal(),
  )
  const ownDelay = Float64Array.from({ length: users }, () => 0.3 * random.normal())
  const ownSide = Float64Array.from({ length: users }, () => random.uniform())
  const odds = productOf(plants, 'volume', rows)
  const failing = productOf(plants, 'rate', rows)
  const slower = productOf(plants, 'latency', rows)
  const base = Math.log(traits.baseRate / (1 - traits.baseRate))
  const sides = traits.candidateShare / (1 - traits.candidateShare)
  const globalOdds = Math.log(traits.globalOdds)
  const of: Outcomes = {
    candidate: new Uint8Array(rows),
    bad: new Uint8Array(rows),
    durations: new Float32Array(rows),
    sideDraw: new Float32Array(rows),
    badDraw: new Float32Array(rows),
    sideOdds: new Float32Array(rows),
    logOdds: new Float32Array(rows),
    delay: new Float32Array(rows),
    spread: new Float32Array(rows),
  }
  for (let row = 0; row < rows; row++) {
    const user = unit[row]!
    const trapped = trap.inside[trap.codes[row]!] === 1
    const sideOdds = Math.fround(trapped ? sides * traits.mixShift : sides)
    const eachEvent = Math.fround(random.uniform())
    const sideDraw = traits.split === 'user' ? Math.fround(ownSide[user]!) : eachEvent
    const all = sideOdds * (odds?.[row] ?? 1)
    const side = sideDraw < all / (1 + all) ? 1 : 0
    let logOdds = base + own[user]! + (trapped ? 1.2 : 0) + side * globalOdds
    let shift = ownDelay[user]! + side * traits.globalDelay
    for (const { codes, odds, delay } of effects) {
      logOdds += odds[codes[row]!]!
      shift += delay[codes[row]!]!
    }
    const { mean, spread } = operation(row)
    const delay = Math.fround(mean + spread * shift)
    const noise = traits.noise === 'normal' ? random.normal() : logistic(random.uniform())
    const badDraw = Math.fround(random.uniform())
    of.candidate[row] = side
    of.sideDraw[row] = sideDraw
    of.sideOdds[row] = sideOdds
    of.logOdds[row] = logOdds
    of.badDraw[row] = badDraw
    of.delay[row] = delay
    of.spread[row] = spread
    const planted = side === 1 ? Math.log(failing?.[row] ?? 1) : 0
    of.bad[row] = badDraw < sigmoid(of.logOdds[row]! + planted) ? 1 : 0
    of.durations[row] = Math.exp(delay + spread * noise) * (side === 1 ? (slower?.[row] ?? 1) : 1)
  }
  return of
}

export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}

/** Standard deviation 1. */
export const logisticScale = Math.sqrt(3) / Math.PI

function logistic(uniform: number): number {
  const inside = Math.min(1 - 1e-12, Math.max(1e-12, uniform))
  return logisticScale * Math.log(inside / (1 - inside))
}

/** Per row: the plants' effects multiplied; null where there is none. */
function productOf(
  plants: readonly Plant[],
  wanted: Plant['kind'],
  rows: number,
): Float32Array | null {
  const chosen = plants.filter(({ kind }) => kind === wanted)
  if (chosen.length === 0) return null
  const product = new Float32Array(rows).fill(1)
  for (const { members, effect } of chosen) for (const row of members) product[row]! *= effect
  return product
}

function categories(table: MemoryTable): (MemoryColumn & { kind: 'category' })[] {
  return table.attributes.filter((column) => column.kind === 'category')
}

/** Some values of an attribute whose mix may shift. */
function drawTrap(
  table: MemoryTable,
  random: Random,
): { codes: Effects['codes']; inside: Uint8Array } {
  const wide = categories(table).filter(({ values }) => values.length > 4 && values.length < 50)
  const column = wide[random.integer(wide.length)]!
  const inside = Uint8Array.from(column.values, (_, code) =>
    code > 0 && random.uniform() < 0.2 ? 1 : 0,
  )
  inside[2] = 1
  return { codes: column.codes, inside }
}

/** Two attributes with few values, and the operation, by which failures and durations differ. */
function drawEffects(table: MemoryTable, random: Random): Effects[] {
  const few = categories(table).filter(
    ({ name, values }) => name !== operationName && values.length < 50,
  )
  const chosen = [few[random.integer(few.length)]!, few[random.integer(few.length)]!]
  const operation = categories(table).find(({ name }) => name === operationName)
  if (operation !== undefined) chosen.push(operation)
  return chosen.map(({ codes, values }) => ({
    codes,
    odds: Float64Array.from(values, () => 0.5 * random.normal()),
    delay: Float64Array.from(values, () => 0.4 * random.normal()),
  }))
}

function drawOperations(
  table: MemoryTable,
  random: Random,
): (row: number) => { mean: number; spread: number } {
  const column = categories(table).find(({ name }) => name === operationName)
  const kinds = Array.from({ length: column?.values.length ?? 1 }, () => ({
    mean: 2 + 4 * random.uniform(),
    spread: 0.4 + 0.6 * random.uniform(),
  }))
  return (row) => kinds[column?.codes[row] ?? 0]!
}
