import { type AttributeKey, attributeKeysByGroup } from '../../../store/attribute-keys.ts'
import type { AttributeType } from '../../../store/attribute-keys.ts'
import type { TableSchema } from '../../../store/relations/relations.ts'
import type { StretchCount } from './count-spans.ts'
import type { Stretch } from './time-chunks.ts'
import { sumOf } from './unit-chunk.ts'
import { columnId } from './unit-rows.ts'
import { inWindow, isEntry, sampleOf, stretchStart, type UnitScope } from './unit-scope.ts'
import { withinStretches } from './unit-scope.ts'

/** What the sampled requests of a stretch of time carry. */
interface KeyedStretch extends Stretch {
  count: StretchCount
  keys: readonly AttributeKey[]
}

/** Keys that are kept of a stretch, the most frequent first. */
const maxKept = 200

/** Which attributes the sampled requests carry: a stretch is asked about again when something came to it or went. */
export class KeptKeys {
  #known: readonly KeyedStretch[] = []
  #oneOf = 1

  /** @param counts of the stretches, which cover the window */
  async keysOf(
    scope: UnitScope,
    stretches: readonly Stretch[],
    counts: readonly StretchCount[],
    oneOf: number,
    limit: number,
  ): Promise<AttributeKey[]> {
    const before = oneOf === this.#oneOf ? this.#known : []
    this.#known = []
    this.#oneOf = oneOf
    const { schema } = scope.store.relations
    const known = stretches.map((stretch, i) => keysWithin(stretch, counts[i]!, before, schema))
    const asked = stretches.filter((_, i) => known[i] === null)
    const found = await keysIn(scope, asked, oneOf)
    this.#known = stretches.map(({ from, to }, i) => {
      const keys = known[i] ?? found.get(String(from)) ?? []
      return { from, to, count: counts[i]!, keys }
    })
    return together(this.#known, schema).slice(0, limit)
  }
}

/** Of stretches that were put together since, unless something else is there now; null where nobody knows. */
function keysWithin(
  { from, to }: Stretch,
  { mark }: StretchCount,
  known: readonly KeyedStretch[],
  schema: TableSchema,
): readonly AttributeKey[] | null {
  const parts = known.filter((part) => part.from >= from && part.to <= to)
  if (parts[0]?.from !== from || parts.at(-1)?.to !== to) return null
  if (parts.map(({ count }) => count).reduce(sumOf).mark !== mark) return null
  return parts.length === 1 ? parts[0].keys : together(parts, schema).slice(0, maxKept)
}

async function keysIn(
  { store, parameters }: UnitScope,
  stretches: readonly Stretch[],
  oneOf: number,
): Promise<Map<string, AttributeKey[]>> {
  if (stretches.length === 0) return new Map()
  const condition = `${inWindow} AND ${isEntry} AND ${withinStretches(stretches)} AND ${sampleOf(oneOf)}`
  return await attributeKeysByGroup(store, stretchStart(stretches), condition, parameters, maxKept)
}

/** The most frequent first, by name where they are equal. */
function together(stretches: readonly KeyedStretch[], schema: TableSchema): AttributeKey[] {
  const sums = new Map<string, AttributeKey>()
  for (const key of stretches.flatMap(({ keys }) => keys)) {
    // where all values are texts, a key has one type, by how they are written in all stretches
    const id = schema === 'otel' ? key.key : columnId(key)
    const sum = sums.get(id) ?? { ...key, rows: 0 }
    sums.set(id, { ...key, type: commonType(sum.type, key.type), rows: sum.rows + key.rows })
  }
  return [...sums.values()].toSorted((x, y) => y.rows - x.rows || x.key.localeCompare(y.key))
}

function commonType(a: AttributeType, b: AttributeType): AttributeType {
  const isNumber = [a, b].every((type) => type === 'int' || type === 'double')
  return a === b ? a : isNumber ? 'double' : 'string'
}
