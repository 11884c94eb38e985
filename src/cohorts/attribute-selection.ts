/** Which attributes may name a cohort. */
import type { AttributeColumn, CohortTable } from './cohort-table.ts'
import { deniedAttributes, matchesAny } from './denied-attributes.ts'
import { profileAttribute, type AttributeProfile } from './profile-attribute.ts'
import { sameRowsKey } from './same-rows-key.ts'

export type LeftOutReason =
  /** on the deny list: an outcome or plumbing */
  | 'denied'
  /** one value in (nearly) every row */
  | 'constant'
  /** a value of its own in most rows */
  | 'identifier'
  /** its values tell the two sides apart: versions, instances, process ids */
  | 'separates-sides'
  /** says the same as another attribute, which is kept */
  | 'equivalent'

export interface LeftOutAttribute {
  name: string
  reason: LeftOutReason
  /** One plain sentence. */
  detail: string
}

export interface AttributeSelection {
  /** The same rows with the kept attributes, ready for the search. */
  table: CohortTable
  kept: readonly AttributeColumn[]
  leftOut: LeftOutAttribute[]
  /** Name of a kept attribute -> names of the attributes that say the same. */
  aliases: Record<string, string[]>
}

export interface AttributeSelectionOptions {
  /** Patterns to leave out beside `deniedAttributes`, `*` standing for anything; false = not even those. */
  deny?: readonly string[] | false
  /** Patterns to leave out in any case. */
  ignore?: readonly string[]
  /** Names or patterns that the deny list must not touch. */
  allow?: readonly string[]
}

/** Rows that must differ from the commonest value for an attribute to say anything. */
const leastOtherRows = 4
const identifierShare = 0.9
/** A value is heavy enough on its own with this share of the rows, and this many. */
const heavyShare = 0.01
const heavyRows = 20
/** Share of the two sides' rows that have values in common, below which an attribute tells the sides apart. */
const leastOverlap = 0.1

/** Takes both sides of the whole table (not a half), never the outcomes. Deterministic. */
export function selectAttributes(
  table: CohortTable,
  options: AttributeSelectionOptions = {},
): AttributeSelection {
  const deny = options.deny === false ? [] : [...deniedAttributes, ...(options.deny ?? [])]
  const ignore = options.ignore ?? []
  const allow = options.allow ?? []
  const leftOut: LeftOutAttribute[] = []
  const useful: Profiled[] = []
  const candidateShare =
    table.candidate.reduce((sum, side) => sum + side, 0) / Math.max(1, table.rows)
  for (const column of table.attributes) {
    const { name } = column
    if (matchesAny(name, deny) && !matchesAny(name, allow)) {
      leftOut.push({ name, reason: 'denied', detail: `${name} is an outcome or plumbing.` })
      continue
    }
    if (matchesAny(name, ignore)) {
      leftOut.push({ name, reason: 'denied', detail: `${name} is left out as asked.` })
      continue
    }
    const profile = profileAttribute(table, column, candidateShare)
    const reason = uselessness(table, column, profile)
    if (reason === null) useful.push({ column, profile })
    else leftOut.push({ name, ...reason })
  }
  const { kept, aliases } = mergeEquivalents(useful, allow, leftOut)
  return { table: { ...table, attributes: kept }, kept, leftOut, aliases }
}

interface Profiled {
  column: AttributeColumn
  profile: AttributeProfile
}

function uselessness(
  table: CohortTable,
  column: AttributeColumn,
  profile: AttributeProfile,
): Omit<LeftOutAttribute, 'name'> | null {
  const { name } = column
  if (table.rows - profile.commonestRows < leastOtherRows) {
    return { reason: 'constant', detail: `${name} is the same in nearly every row.` }
  }
  const unique = profile.distinct > identifierShare * profile.presentRows
  const heavy = profile.heaviestRows >= heavyRows && profile.heaviestRows >= heavyShare * table.rows
  if (unique && !heavy && (column.kind === 'category' || /(^|[._])id$/i.test(name))) {
    const detail = `${name} has a value of its own in most rows (${profile.distinct} of ${profile.presentRows}).`
    return { reason: 'identifier', detail }
  }
  if (profile.overlap < leastOverlap) {
    return {
      reason: 'separates-sides',
      detail: `${name} has hardly a value that both versions share, so it cannot be compared.`,
    }
  }
  return null
}

/** Of attributes with the same rows behind every value, the shortest name stays; then the alphabet decides. */
function mergeEquivalents(
  useful: readonly Profiled[],
  allow: readonly string[],
  leftOut: LeftOutAttribute[],
): { kept: AttributeColumn[]; aliases: Record<string, string[]> } {
  // columns that differ in their profiles cannot say the same, and need no look at their rows
  const profiles = Map.groupBy(useful, profileKey)
  const keys = new Map<string, AttributeColumn[]>()
  for (const alike of profiles.values()) {
    if (alike.length < 2) continue
    for (const { column } of alike) {
      const key = sameRowsKey(column)
      keys.set(key, [...(keys.get(key) ?? []), column])
    }
  }
  const aliases: Record<string, string[]> = {}
  const dropped = new Set<AttributeColumn>()
  for (const columns of keys.values()) {
    const [best, ...others] = columns.toSorted(
      (a, b) =>
        Number(allow.includes(b.name)) - Number(allow.includes(a.name)) ||
        a.name.length - b.name.length ||
        (a.name < b.name ? -1 : 1),
    )
    if (best === undefined || others.length === 0) continue
    aliases[best.name] = others.map(({ name }) => name)
    for (const other of others) {
      dropped.add(other)
      const detail = `${other.name} says the same as ${best.name}.`
      leftOut.push({ name: other.name, reason: 'equivalent', detail })
    }
  }
  const kept = useful.map(({ column }) => column).filter((column) => !dropped.has(column))
  return { kept, aliases }
}

/** The same for columns that say the same; few others have the same. */
function profileKey({ column, profile }: Profiled): string {
  const { presentRows, distinct, commonestRows, heaviestRows } = profile
  const shape = [column.kind, presentRows, distinct, commonestRows, heaviestRows].join(' ')
  return `${shape} ${sameRowsKey(fewRows(column))}`
}

/** A few hundred rows of a column, evenly spread. */
function fewRows(column: AttributeColumn): AttributeColumn {
  const data = column.kind === 'number' ? column.values : column.codes
  const step = Math.ceil(data.length / 500)
  const few = Array.from({ length: Math.floor(data.length / step) }, (_, i) => data[i * step]!)
  return column.kind === 'number'
    ? { ...column, values: Float64Array.from(few) }
    : { ...column, codes: Uint32Array.from(few) }
}
