/** What is asked about the few cohorts that are findings, in one scan for all of them. */
import { quotedText } from '../../store/sql-text.ts'
import type { CohortQuestion, ExaminedCohort, SideCounts } from '../compare/cohort-source.ts'
import { cohortPredicate, printedNames } from './sql-cohort.ts'
import { type CountingSource, measureNamed } from './sql-count.ts'
import type { ClassMeasure } from './sql-measures.ts'
import { inParts } from './sql-parts.ts'
import type { SqlRows } from './sql-rows.ts'

/** More than three, because several rows may have one id. */
const rowsTaken = 30
/** Of them, those whose ids are read first where ids are read by themselves. */
const rowsTried = 4
const exemplarsWanted = 3

interface Asked {
  /** The predicate as it is printed, and the names in it that are no columns. */
  predicate: string
  names: readonly string[]
  measure: ClassMeasure
}

/** Per side and question: rows, bad ones first, in the order of their hashes; with their place or their id. */
type SideRow = { ag_of: number } & Record<`ag_e${number}`, TakenRow[]> &
  Record<`ag_u${number}` | `ag_b${number}` | `ag_n${number}`, number>
type TakenRow = [isGood: number, sample: unknown, ...found: string[]]

/** See `CohortSource.examine`. Units are exact up to some ten thousand, nearly so beyond. */
export async function examineCohorts(
  { rows, measures, attributes, runner }: CountingSource,
  asked: readonly CohortQuestion[],
  signal?: AbortSignal,
): Promise<ExaminedCohort[]> {
  const questions = asked.map(({ cohort, measure }): Asked => ({
    predicate: cohortPredicate(cohort, attributes),
    names: printedNames(cohort, attributes),
    measure: measureNamed(measures, measure),
  }))
  const examined: ExaminedCohort[] = []
  const { exemplar, place } = rows.population
  const ask = async (sql: string): Promise<SideRow[]> =>
    await runner.rows<SideRow>(sql, rows.parameters, signal)
  for (const part of inParts(questions, ({ predicate }) => 2 * predicate.length)) {
    const columns = part.flatMap(({ measure }, i) => {
      const [isBad, counts] = [inside(i, measure, 1), inside(i, measure, 0, 1)]
      return [
        takenRows(i, measure, place ?? [exemplar]),
        `toFloat64(uniqIf(ag_hash, ${isBad})) AS ag_u${i}`,
        `toFloat64(${rows.events(isBad)}) AS ag_b${i}`,
        `toFloat64(${rows.events(counts)}) AS ag_n${i}`,
      ]
    })
    const found = await ask(selectOf(rows, part, columns))
    const sides = [0, 1].map((side) => found.find(({ ag_of }) => ag_of === side))
    let ids = sides
    if (place !== undefined) {
      // ids are long and differ from row to row: to read all of them would cost more than all else
      for (const most of [rowsTried, rowsTaken]) {
        const places = placesOf(sides, part.length, most)
        if (places.length === 0) break
        const wanted = `(${place.join(', ')}) IN (${places.join(', ')})`
        const taken = part.map(({ measure }, i) => takenRows(i, measure, [exemplar]))
        const named = await ask(selectOf(rows, part, taken, wanted))
        ids = [0, 1].map((side) => named.find(({ ag_of }) => ag_of === side))
        const isEnough = sides.every((side, of) =>
          part.every((_, i) => {
            const { length } = alike(side, i)
            return length <= most || idsOf(ids[of], i).length === exemplarsWanted
          }),
        )
        if (isEnough) break
      }
    }
    const countsOf = (side: SideRow | undefined, i: number): SideCounts => ({
      bad: side?.[`ag_b${i}`] ?? 0,
      total: side?.[`ag_n${i}`] ?? 0,
    })
    const [baseline, candidate] = sides
    for (const i of part.keys()) {
      examined.push({
        exemplars: { baseline: idsOf(ids[0], i), candidate: idsOf(ids[1], i) },
        units: { baseline: baseline?.[`ag_u${i}`] ?? 0, candidate: candidate?.[`ag_u${i}`] ?? 0 },
        counts: { baseline: countsOf(baseline, i), candidate: countsOf(candidate, i) },
      })
    }
  }
  return examined
}

function selectOf(
  rows: SqlRows,
  asked: readonly Asked[],
  columns: readonly string[],
  where?: string,
): string {
  const any = asked.map((_, i) => `ag_in${i}`).join(' OR ')
  return rows.select(["CAST(ag_side, 'UInt8') AS ag_of", ...columns], {
    names: [
      ...new Set(asked.flatMap(({ names }) => names)),
      ...asked.map(({ predicate }, i) => `ifNull((${predicate}), 0) AS ag_in${i}`),
    ],
    where: where === undefined ? any : `(${any}) AND ${where}`,
    rest: 'GROUP BY ag_of',
  })
}

function takenRows(i: number, measure: ClassMeasure, found: readonly string[]): string {
  const texts = found.map((sql) => `toString(${sql})`).join(', ')
  const isGood = `toUInt8(NOT ${inside(i, measure, 1)})`
  return `groupArraySortedIf(${rowsTaken})((${isGood}, ag_sample, ${texts}), ${inside(i, measure, 0, 1)}) AS ag_e${i}`
}

/** UInt8: the row is of this question's cohort, and one of these under its measure. */
function inside(i: number, { roles }: ClassMeasure, ...wanted: readonly number[]): string {
  const codes = Array.from(roles.keys()).filter((code) => wanted.includes(roles[code]!))
  // a list that is empty is no SQL
  return `bitAnd(ag_in${i}, ag_class IN (${[...codes, 255].join(', ')}))`
}

/** The bad rows, or the others where there are none. */
function alike(side: SideRow | undefined, i: number): TakenRow[] {
  const sorted = side?.[`ag_e${i}`] ?? []
  return sorted.filter(([isGood]) => isGood === sorted[0]![0])
}

function idsOf(side: SideRow | undefined, i: number): string[] {
  const ids = alike(side, i).map(([, , id]) => id!)
  return [...new Set(ids)].slice(0, exemplarsWanted)
}

/** Where the first rows of every question and side are, as SQL. */
function placesOf(
  sides: readonly (SideRow | undefined)[],
  questions: number,
  most: number,
): string[] {
  const places = new Set<string>()
  for (const side of sides) {
    for (let i = 0; i < questions; i++) {
      for (const [, , ...texts] of alike(side, i).slice(0, most))
        places.add(`(${texts.map(quotedText).join(', ')})`)
    }
  }
  return [...places]
}
