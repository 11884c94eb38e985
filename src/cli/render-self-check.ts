import { createColors } from 'picocolors'

import { formatCohort } from '../cohorts/format-cohort.ts'
import type {
  CurveCell,
  DrillReport,
  PartFigures,
  PlaceboFigures,
  PlaceboKind,
  PlantKind,
  SelfCheckRun,
} from '../releases/drill/self-check.ts'
import { formatShare, formatTime, formatWindow } from './format-value.ts'
import type { RenderOptions } from './render-verdict.ts'
import { cleanText, wrapText } from './wrap-text.ts'

export const drillStates = ['kept', 'broken', 'open'] as const
export type DrillState = (typeof drillStates)[number]

/** What a drill says of a promise: `open` where the figure misses it, but so few runs do not exclude it. */
export function placeboState({ runs, alarms, promised, tooMany }: PlaceboFigures): DrillState {
  if (tooMany) return 'broken'
  return runs > 0 && alarms / runs <= promised ? 'kept' : 'open'
}

/** The same of what was planted; also `open` where nothing was that should be found. */
export function plantState({ drills }: SelfCheckRun): DrillState {
  if (drills.tooFew) return 'broken'
  if (drills.detectable === 0) return 'open'
  if (drills.parts?.some(isBelow) === true) return 'open'
  return drills.foundDetectable >= promisedShare * drills.detectable ? 'kept' : 'open'
}

const promisedShare = 0.8

const isBelow = ({ foundDetectable, detectable }: PartFigures): boolean =>
  foundDetectable < promisedShare * detectable

const kindWords: Record<PlaceboKind, string> = {
  split: 'sessions, users or traces divided by chance',
  instances: 'whole instances divided by chance',
  edges: 'its edges, divided in either way',
  metrics: 'its metrics, instances divided',
  time: 'before and after a moment',
  late: 'later parts of a watch',
}

/** What a drill on the past showed, as text for a terminal. Ends without a line feed. */
export function renderSelfCheck(
  { runs, skipped, complete }: DrillReport,
  { colour, width }: RenderOptions,
): string {
  const columns = Math.max(60, Math.min(width, 110))
  const parts = runs.map((run) => renderRun(run, columns, colour))
  for (const { service, environment, why } of skipped) {
    const text = `Not drilled: ${nameOf(service, environment)}. ${why}`
    parts.push(wrapText(cleanText(text), columns, '', '  '))
  }
  if (!complete) parts.push('The drill was stopped before its end.')
  return parts.join('\n\n')
}

function renderRun(run: SelfCheckRun, columns: number, colour: boolean): string {
  const { bold, dim, green, red, yellow } = createColors(colour)
  const { placebos, drills, cuts } = run
  const word = (state: DrillState): string =>
    state === 'kept' ? green('kept  ') : state === 'broken' ? red('BROKEN') : yellow('open  ')
  const lines: string[] = []
  const say = (text: string, indent = '', hanging = indent): void => {
    lines.push(wrapText(cleanText(text), columns, indent, hanging))
  }
  const sayDimmed = (text: string): void => {
    lines.push(dim(wrapText(text, columns, '        ', '          ')))
  }
  lines.push(bold(cleanText(nameOf(run.service, run.environment))))
  if (run.bug !== undefined) {
    lines.push(yellow(`Planted bug: ${run.bug}. This drill should fail.`))
  }
  say(
    `${cuts.count} cuts without a release, ${cuts.seconds} s each where they are divided, of the traffic from ${formatWindow(run)} (seed ${run.seed}).`,
  )
  for (const gap of run.gaps) say(gap)
  lines.push('')
  lines.push(
    `${word(placeboState(placebos))}  ${bold(`false alarms: ${figureOf(placebos.alarms, placebos.runs, placebos.interval)}`)}`,
  )
  sayDimmed(`promised: at most ${formatShare(placebos.promised)} of releases that harm nobody`)
  for (const [kind, figures] of Object.entries(placebos.kinds)) {
    const { low, high } = figures.interval
    const text = `${kindWords[kind as PlaceboKind]}: ${figures.alarms} of ${figures.runs} (${formatShare(low)} to ${formatShare(high)}), promised ${formatShare(figures.promised)}`
    say(`${text}${figures.tooMany ? ': TOO MANY' : ''}`, '        ', '          ')
  }
  lines.push(
    `${word(plantState(run))}  ${bold(`found of the detectable: ${figureOf(drills.foundDetectable, drills.detectable, drills.interval)}`)}`,
  )
  sayDimmed('promised: 80 % of the planted regressions that are well above what is detectable')
  if (drills.parts !== undefined) {
    const figures = drills.parts.map(
      ({ part, foundDetectable, detectable, tooFew }) =>
        `${part} ${foundDetectable} of ${detectable}${tooFew ? ' (TOO FEW)' : ''}`,
    )
    say(`beside its own requests: ${figures.join(', ')}`, '        ', '          ')
  }
  for (const { kind, why } of run.notCovered ?? []) {
    say(`not covered: ${kindWords[kind]}. ${why}`, '        ', '          ')
  }
  if (placebos.alarmed.length > 0) {
    lines.push('', bold('False alarms'))
    for (const { kind, from, seconds, claims } of placebos.alarmed) {
      say(
        `${formatTime(from)}, ${kindWords[kind]}, after ${seconds} s: ${claims.join('; ')}`,
        '  ',
        '    ',
      )
    }
  }
  for (const kind of ['failures', 'delay'] as const) {
    const cells = drills.curve.filter((cell) => cell.kind === kind)
    if (cells.length > 0) lines.push('', bold(wrapText(titles[kind], columns, '')), ...table(cells))
  }
  if (drills.parts !== undefined) {
    lines.push('', bold('Planted beside its own requests: found of planted (detectable)'))
    lines.push(...partsTable(drills.parts))
  }
  if (drills.smallestFound !== null) {
    const [least] = drills.plants
      .filter(({ found }) => found)
      .toSorted((a, b) => a.ratio - b.ratio || a.share - b.share)
    lines.push('')
    say(
      `Smallest found: ${drills.smallestFound.toFixed(1)} times the baseline${least === undefined || least.cohort.length === 0 ? '' : ` (${formatCohort(least.cohort)}, ${formatShare(least.share)} of the requests)`}; smallest cohort: ${formatShare(drills.smallestCohort ?? 0)} of the requests. Median time to the alarm: ${drills.medianSeconds} s.`,
    )
  }
  return lines.join('\n')
}

const titles: Record<PlantKind, string> = {
  failures:
    'Planted failures: found of planted (detectable), by the share of the cohort that fails',
  delay: 'Planted delays: found of planted (detectable), by how many times as long',
}

/** Rows are cohorts by size, columns are effects. */
function table(cells: readonly CurveCell[]): string[] {
  const effects = [...new Set(cells.map(({ effect }) => effect))].toSorted((a, b) => a - b)
  const shares = [...new Set(cells.map(({ share }) => share))].toSorted((a, b) => b - a)
  const head = [
    'cohort',
    ...effects.map((e) => (cells[0]?.kind === 'delay' ? `x${e}` : `${e * 100} %`)),
  ]
  const rows = shares.map((share) => [
    share === 1 ? 'all' : `${share * 100} %`,
    ...effects.map((effect) => {
      const cell = cells.find((each) => each.share === share && each.effect === effect)
      if (cell === undefined) return '-'
      const after = cell.medianSeconds === null ? '' : ` ${cell.medianSeconds} s`
      return `${cell.found}/${cell.planted} (${cell.detectable})${after}`
    }),
  ])
  return aligned([head, ...rows])
}

function partsTable(parts: readonly PartFigures[]): string[] {
  return aligned(
    parts.flatMap(({ part, rows }) =>
      rows.map(({ what, planted, found, detectable, medianSeconds }) => {
        const after = medianSeconds === null ? '' : ` ${medianSeconds} s`
        return [part, what, `${found}/${planted} (${detectable})${after}`]
      }),
    ),
  )
}

function aligned(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) =>
    `  ${row.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd(),
  )
}

function figureOf(count: number, of: number, { low, high }: { low: number; high: number }): string {
  if (of === 0) return 'nothing to measure'
  return `${count} of ${of} (95 % interval ${formatShare(low)} to ${formatShare(high)})`
}

function nameOf(service: string, environment: string): string {
  return environment === '' ? service : `${service} in ${environment}`
}
