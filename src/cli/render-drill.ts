import { createColors } from 'picocolors'

import type { DrilledPlant, DrillRuns } from '../cohorts/drill/drill-cohorts.ts'
import { detectableNats } from '../cohorts/drill/expected-evidence.ts'
import type { ScoredPlant } from '../cohorts/drill/score-comparison.ts'
import type { DrillCell, DrillSummary, MeasuredShare } from '../cohorts/drill/summarize-drill.ts'
import type { RenderOptions } from './render-verdict.ts'
import { wrapText } from './wrap-text.ts'

const mostListed = 60

const matchWords: Record<ScoredPlant['match'], string> = {
  exact: 'found exactly',
  overlap: 'found, other words',
  partly: 'wider or narrower',
  missed: 'missed',
}

/** What a drill showed, as text for a terminal. Ends without a line feed. */
export function renderDrill(
  runs: DrillRuns,
  summary: DrillSummary,
  { colour, width }: RenderOptions,
): string {
  const { bold, dim, green, red, yellow } = createColors(colour)
  const columns = Math.max(60, Math.min(width, 110))
  const lines: string[] = []
  const { options } = runs
  if (options.bug !== undefined) {
    lines.push(yellow(`Planted bug: ${options.bug}. This drill should fail.`), '')
  }
  lines.push(
    `${runs.planted.length} comparisons with planted cohorts, ${runs.nulls.length} of sides that do not differ; each ${options.rows} events, ${options.attributes} attributes.`,
    '',
  )
  for (const { name, text, measured, state } of summary.promises) {
    const word =
      state === 'kept' ? green('kept  ') : state === 'broken' ? red('BROKEN') : yellow('open  ')
    lines.push(
      `${word}  ${bold(`${name}: ${figureOf(measured)}`)}`,
      dim(`        promised: ${text}`),
    )
  }
  lines.push(
    '',
    `Found above the line of confirmation (12 bad events): ${figureOf(summary.foundOfDetectable)}`,
    dim('        a figure without a promise: enough to confirm a cohort, not to notice it'),
    '',
    `Answers per cohort that was found: ${summary.answersPerPlant?.toFixed(2) ?? 'none was found'}.`,
    `Seconds per comparison: ${summary.seconds.median.toFixed(2)} (longest ${summary.seconds.longest.toFixed(2)}). Memory: ${summary.megabytes} MB at most, the events included.`,
    '',
    bold('Above the line of confirmation'),
    ...table(summary.cells.detectable),
    '',
    ...summary.byEvidence.map(
      ({ nats, found }) =>
        `  ${nats} nats: ${found.count} of ${found.of} found, ${percent(found.share ?? 0)} (${percent(found.low)} to ${percent(found.high)})`,
    ),
    '',
    bold('Below the line of confirmation'),
    ...table(summary.cells.undetectable),
    '',
    ...wrapText(
      'The line of confirmation: each half is expected to hold evidence of at least 12 ln 2 = 8.3 nats, what twelve bad events give that all fall on one of two equal sides, divided by the design effect of the users; and at least eight different users with bad events in both halves together. That is enough to confirm a cohort that somebody names.',
      columns,
      '',
    )
      .split('\n')
      .map((line) => dim(line)),
    ...wrapText(
      'The line of the search: in the half that is searched, 8.3 nats and what it costs to name the cohort, the natural logarithm of how many cohorts of its shape there are. Twelve bad events on one side are enough to confirm a cohort, but not to notice it: among so many cohorts, chance alone makes some that look as bad.',
      columns,
      '',
    )
      .split('\n')
      .map((line) => dim(line)),
  )
  const plants = runs.planted.flatMap(({ seed, plants }) =>
    plants.filter(({ detectable }) => detectable).map((plant) => ({ ...plant, seed })),
  )
  const listed = plants.length <= mostListed ? plants : summary.misses.slice(0, mostListed)
  if (listed.length > 0) {
    lines.push(
      '',
      bold(`${listed === plants ? 'Planted' : 'Not found'}, above the line of confirmation`),
    )
    for (const plant of listed) lines.push(...plantLines(plant, columns))
  }
  if (summary.falseFindings.length > 0) {
    lines.push('', bold('Found, but not planted'))
    for (const { seed, measure, text, q } of summary.falseFindings.slice(0, mostListed)) {
      lines.push(`  seed ${seed}  ${measure}: ${text}, q ${q.toPrecision(2)}`)
    }
  }
  return lines.join('\n')
}

function plantLines(plant: DrilledPlant & { seed: number }, columns: number): string[] {
  const { seed, match, kind, text, effect, share, nats, searchNats, namingNats, best } = plant
  const what = { rate: 'odds', latency: 'time', volume: 'volume' }[kind]
  const facts = `${what} x${effect.toFixed(1)}, ${percent(share)} of the events, ${nats.toFixed(1)} nats, and ${searchNats.toFixed(1)} in the half that is searched, ${plant.aboveSearch ? 'above' : 'below'} the line of the search at ${(detectableNats + namingNats).toFixed(1)}`
  const head = `seed ${seed}  ${matchWords[match]}: ${text} (${facts})`
  const lines = wrapText(head, columns, '  ', '    ').split('\n')
  if (match !== 'exact' && best !== null) {
    lines.push(`    answer: ${best.text}, ${percent(best.sharedRows)} of the rows shared`)
  }
  if (plant.why !== undefined) {
    const { cause, suggestions, nearest } = plant.why
    const near =
      nearest === null
        ? ''
        : `, the nearest: ${nearest.text} (${nearest.measure}, ${percent(nearest.sharedRows)} of the rows shared)`
    lines.push(
      ...wrapText(`${cause}; ${suggestions} suggestions${near}`, columns, '    ').split('\n'),
    )
  }
  return lines
}

function figureOf({ count, of, share, low, high }: MeasuredShare): string {
  if (share === null) return 'nothing to measure'
  return `${count} of ${of}, ${percent(share)} (95 % interval ${percent(low)} to ${percent(high)})`
}

const heads = ['share', 'effect', 'planted', 'exact', 'overlap', 'partly', 'missed'] as const

function table(cells: readonly DrillCell[]): string[] {
  if (cells.length === 0) return ['  none']
  const rows = [heads, ...cells.map((cell) => heads.map((head) => String(cell[head])))]
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    `  ${row
      .map((text, column) =>
        column < 2 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!),
      )
      .join('  ')}`.trimEnd(),
  )
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(share < 0.01 ? 2 : 1))} %`
}
