import { createRandom, type Random } from '../../stats/random.ts'
import type { CategoryValue } from '../cohort-table.ts'
import type {
  MemoryCategoryColumn,
  MemoryColumn,
  MemoryNumberColumn,
} from '../source/memory-rows.ts'
import type { AttributeSpec } from './draw-schema.ts'

type Codes = MemoryCategoryColumn['codes']

const mostIdentifiers = 300_000

/**
 * One column for each attribute. Users come with all their events in a row.
 *
 * @param unit per row: the number of its user, from 0
 */
export function drawColumns(
  specs: readonly AttributeSpec[],
  unit: Uint32Array,
  users: number,
  seed: number,
): MemoryColumn[] {
  const columns = new Map<string, MemoryColumn>()
  for (const [index, spec] of specs.entries()) {
    const random = createRandom(seed * 7919 + 100 + index)
    columns.set(spec.name, drawColumn(spec, { columns, unit, users, random }))
  }
  return [...columns.values()]
}

interface Drawing {
  columns: ReadonlyMap<string, MemoryColumn>
  unit: Uint32Array
  users: number
  random: Random
}

function drawColumn(spec: AttributeSpec, drawing: Drawing): MemoryColumn {
  const { unit, users, random } = drawing
  const rows = unit.length
  if (spec.kind === 'category') {
    const draw = zipf(spec.size, spec.skew, random)
    const one = (): number => (random.uniform() < spec.absent ? 0 : 1 + draw())
    const codes = codesFor(spec.size + 1, rows)
    fill(codes, spec.of, drawing, one)
    return category(spec.name, codes, spec.size, (index) => `${spec.name}-${index}`)
  }
  if (spec.kind === 'identifier') {
    const size = spec.of === 'user' ? users : Math.min(mostIdentifiers, Math.ceil(rows * 0.95))
    const codes = codesFor(size + 1, rows)
    for (let row = 0; row < rows; row++) {
      codes[row] = 1 + (spec.of === 'user' ? unit[row]! : random.integer(size))
    }
    return category(spec.name, codes, size, (index) => `${spec.name}-${index}`)
  }
  if (spec.kind === 'number') {
    const values = new Float32Array(rows)
    fill(values, spec.of, drawing, () =>
      random.uniform() < spec.absent ? Number.NaN : drawNumber(spec.shape, random),
    )
    return { name: spec.name, kind: 'number', values }
  }
  const from = drawing.columns.get(spec.from)
  if (from === undefined) throw new RangeError(`${spec.name} comes before ${spec.from}`)
  return from.kind === 'number'
    ? { name: spec.name, kind: 'number', values: from.values.map((value) => value * 100) }
    : dependentCategory(spec, from, random)
}

function dependentCategory(
  { name, groups, noise }: AttributeSpec & { kind: 'dependent' },
  from: MemoryCategoryColumn,
  random: Random,
): MemoryCategoryColumn {
  const size = groups === 0 ? from.values.length - 1 : groups
  const codes = codesFor(size + 1, from.codes.length)
  for (let row = 0; row < codes.length; row++) {
    const code = from.codes[row]!
    const wrong = noise > 0 && random.uniform() < noise
    codes[row] = wrong ? 1 + random.integer(size) : code === 0 ? 0 : 1 + ((code - 1) % size)
  }
  return category(name, codes, size, (index) => `${name}-${index}`)
}

function category(
  name: string,
  codes: Codes,
  size: number,
  value: (index: number) => CategoryValue,
): MemoryCategoryColumn {
  const values = [null, ...Array.from({ length: size }, (_, index) => value(index + 1))]
  return { name, kind: 'category', codes, values }
}

function codesFor(values: number, rows: number): Codes {
  if (values <= 256) return new Uint8Array(rows)
  return values <= 65_536 ? new Uint16Array(rows) : new Uint32Array(rows)
}

/** Once for each user, or for each event. */
function fill(
  target: Codes | MemoryNumberColumn['values'],
  of: 'user' | 'event',
  { unit, users }: Drawing,
  draw: () => number,
): void {
  if (of === 'event') {
    for (let row = 0; row < target.length; row++) target[row] = draw()
    return
  }
  const byUser = Float64Array.from({ length: users }, draw)
  for (let row = 0; row < target.length; row++) target[row] = byUser[unit[row]!]!
}

function drawNumber(shape: (AttributeSpec & { kind: 'number' })['shape'], random: Random): number {
  switch (shape) {
    case 'few':
      return 1 + Math.min(11, Math.floor(random.exponential(0.4)))
    case 'log-normal whole':
      return Math.floor(random.lognormal(4.2, 1.1))
    case 'log-normal':
      return Math.round(random.lognormal(3.5, 1) * 100) / 100
    case 'uniform':
      return Math.round(random.uniform() * 1e5) / 1e3
    default:
      return shape satisfies never
  }
}

/** Index from 0, the first ones most frequent, by Walker's alias method. */
export function zipf(size: number, skew: number, random: Random): () => number {
  const share = Float64Array.from({ length: size }, (_, index) => (index + 1) ** -skew)
  const total = share.reduce((sum, value) => sum + value, 0)
  const threshold = share.map((value) => (value / total) * size)
  const alias = new Uint32Array(size)
  const small: number[] = []
  const large: number[] = []
  for (let index = 0; index < size; index++) (threshold[index]! < 1 ? small : large).push(index)
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop()!
    const rich = large.at(-1)!
    alias[poor] = rich
    threshold[rich]! -= 1 - threshold[poor]!
    if (threshold[rich]! < 1) small.push(large.pop()!)
  }
  for (const rest of [...small, ...large]) threshold[rest] = 1
  return () => {
    const at = random.uniform() * size
    const index = Math.floor(at)
    return at - index < threshold[index]! ? index : alias[index]!
  }
}
