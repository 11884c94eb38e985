/** What is asked about the few cohorts that are findings, each in one scan for all of them. */
import type { CohortQuestion, ExaminedCohort, SideCounts } from '../compare/cohort-source.ts'
import { cohortPredicate, cohortSql, printedNames } from './sql-cohort.ts'
import { type CountingSource, measureNamed } from './sql-count.ts'
import type { ClassMeasure } from './sql-measures.ts'
import { inParts } from './sql-parts.ts'

/** More than three, because several rows may have one id. */
const rowsTaken = 30
const exemplarsWanted = 3

interface Asked {
  condition: string
  measure: ClassMeasure
}

/** See `CohortSource.examine`. Units are exact up to some ten thousand, nearly so beyond. */
export async function examineCohorts(
  { rows, measures, attributes, runner }: CountingSource,
  asked: readonly CohortQuestion[],
  signal?: AbortSignal,
): Promise<ExaminedCohort[]> {
  const questions = asked.map(({ cohort, measure }) => ({
    condition: cohortSql(cohort, attributes),
    measure: measureNamed(measures, measure),
  }))
  const { exemplar } = rows.population
  const examined: ExaminedCohort[] = []
  for (const part of inParts(questions, lengthOf)) {
    const columns = part.flatMap(({ condition, measure }, i) => {
      const [isBad, counts] = [classes(measure, 1), classes(measure, 0, 1)]
      return [
        `groupArraySortedIf(${rowsTaken})((toUInt8(NOT (${isBad})), ag_sample, toString(${exemplar})), bitAnd(${condition}, ${counts})) AS ag_e${i}`,
        `toFloat64(uniqIf(ag_hash, bitAnd(${condition}, ${isBad}))) AS ag_u${i}`,
      ]
    })
    const found = await runner.rows<SideRow>(
      rows.select(["CAST(ag_side, 'UInt8') AS ag_of", ...columns], {
        where: anyOf(part),
        rest: 'GROUP BY ag_of',
      }),
      rows.parameters,
      signal,
    )
    const [baseline, candidate] = [0, 1].map((side) => found.find(({ ag_of }) => ag_of === side))
    for (const i of part.keys()) {
      examined.push({
        exemplars: { baseline: idsOf(baseline, i), candidate: idsOf(candidate, i) },
        units: { baseline: baseline?.[`ag_u${i}`] ?? 0, candidate: candidate?.[`ag_u${i}`] ?? 0 },
      })
    }
  }
  return examined
}

type SideRow = { ag_of: number } & Record<`ag_e${number}`, [number, unknown, string][]> &
  Record<`ag_u${number}`, number>

/** Of the bad rows, or of the others where there are none. */
function idsOf(side: SideRow | undefined, index: number): string[] {
  const sorted = side?.[`ag_e${index}`] ?? []
  const ids = sorted.filter(([good]) => good === sorted[0]![0]).map(([, , id]) => id)
  return [...new Set(ids)].slice(0, exemplarsWanted)
}

/** See `CohortSource.recount`: each text as it is printed. */
export async function recountCohorts(
  { rows, measures, attributes, runner }: CountingSource,
  asked: readonly CohortQuestion[],
  signal?: AbortSignal,
): Promise<{ baseline: SideCounts; candidate: SideCounts }[]> {
  const questions = asked.map(({ cohort, measure }) => ({
    condition: cohortPredicate(cohort, attributes),
    measure: measureNamed(measures, measure),
    names: printedNames(cohort, attributes),
  }))
  const counts: { baseline: SideCounts; candidate: SideCounts }[] = []
  for (const part of inParts(questions, lengthOf)) {
    const columns = part.map(
      ({ condition }, i) => `ifNull(toFloat64(${rows.events(condition)}), 0) AS ag_n${i}`,
    )
    const found = await runner.rows<{ ag_of: number } & Record<`ag_n${number}`, number>>(
      rows.select(["CAST(ag_class, 'UInt8') AS ag_of", ...columns], {
        names: [...new Set(part.flatMap(({ names }) => names))],
        where: anyOf(part),
        rest: 'GROUP BY ag_of',
      }),
      rows.parameters,
      signal,
    )
    for (const [i, { measure }] of part.entries()) {
      const sides: [SideCounts, SideCounts] = [
        { bad: 0, total: 0 },
        { bad: 0, total: 0 },
      ]
      for (const row of found) {
        const role = measure.roles[row.ag_of]
        const side = sides[(row.ag_of & 1) as 0 | 1]
        if (role === 0 || role === 1) side.total += row[`ag_n${i}`]!
        if (role === 1) side.bad += row[`ag_n${i}`]!
      }
      counts.push({ baseline: sides[0], candidate: sides[1] })
    }
  }
  return counts
}

const lengthOf = ({ condition }: Asked): number => 2 * condition.length

const anyOf = (asked: readonly Asked[]): string =>
  asked.map(({ condition }) => `(${condition})`).join(' OR ')

/** UInt8: the row is one of these under a measure. */
function classes({ roles }: ClassMeasure, ...wanted: readonly number[]): string {
  const codes = Array.from(roles.keys()).filter((code) => wanted.includes(roles[code]!))
  // a list that is empty is no SQL
  return `(ag_class IN (${[...codes, 255].join(', ')}))`
}
