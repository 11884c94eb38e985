import { createColors } from 'picocolors'

import type { DrilledPlant, DrillRuns } from '../cohorts/drill/drill-cohorts.ts'
import type { ScoredPlant } from '../cohorts/drill/score-comparison.ts'
import type { DrillCell, DrillSummary } from '../cohorts/drill/summarize-drill.ts'
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
    const figure =
      measured.share === null
        ? 'nothing to measure'
        : `${measured.count} of ${measured.of}, ${percent(measured.share)} (95 % interval ${percent(measured.low)} to ${percent(measured.high)})`
    lines.push(`${word}  ${bold(`${name}: ${figure}`)}`, dim(`        promised: ${text}`))
  }
  lines.push(
    '',
    `Answers per cohort that was found: ${summary.answersPerPlant?.toFixed(2) ?? 'none was found'}.`,
    `Seconds per comparison: ${summary.seconds.median.toFixed(2)} (longest ${summary.seconds.longest.toFixed(2)}). Memory: ${summary.megabytes} MB at most, the events included.`,
    '',
    bold('Above the line'),
    ...table(summary.cells.detectable),
    '',
    ...summary.byEvidence.map(
      ({ nats, found }) =>
        `  ${nats} nats: ${found.count} of ${found.of} found, ${percent(found.share ?? 0)} (${percent(found.low)} to ${percent(found.high)})`,
    ),
    '',
    bold('Below the line'),
    ...table(summary.cells.undetectable),
    '',
    ...wrapText(
      'The line: the confirmation half is expected to hold evidence of at least 12 ln 2 = 8.3 nats, what twelve bad events give that all fall on one of two equal sides, divided by the design effect of the users; and at least eight different users with bad events in both halves.',
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
    lines.push('', bold(listed === plants ? 'Planted above the line' : 'Not found, above the line'))
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
  const { seed, match, kind, text, effect, share, nats, best } = plant
  const what = { rate: 'odds', latency: 'time', volume: 'volume' }[kind]
  const facts = `${what} x${effect.toFixed(1)}, ${percent(share)} of the events, ${nats.toFixed(0)} nats`
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
