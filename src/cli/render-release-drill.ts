import { createColors } from 'picocolors'

import type { ReleaseScore } from '../releases/simulator/score-release.ts'
import type {
  KindSummary,
  Measured,
  ReleasesSummary,
} from '../releases/simulator/summarize-releases.ts'
import type { RenderOptions } from './render-verdict.ts'
import { wrapText } from './wrap-text.ts'

export interface DrilledReleases {
  seed: number
  releases: number
  /** … that were asked for. */
  of: number
  complete: boolean
  seconds: number
}

/** What a drill of releases showed, as text for a terminal. Ends without a line feed. */
export function renderReleaseDrill(
  { seed, releases, of, complete, seconds }: DrilledReleases,
  summary: ReleasesSummary,
  { colour, width }: RenderOptions,
): string {
  const { bold, dim, green, red, yellow } = createColors(colour)
  const columns = Math.max(60, Math.min(width, 110))
  const lines = [
    `${releases} simulated releases of seed ${seed}, in ${seconds} s.`,
    ...(complete ? [] : [yellow(`Not all were looked at: ${of} were asked for.`)]),
    '',
  ]
  for (const { name, text, measured, holds } of summary.bars) {
    const word = holds === null ? yellow('  -   ') : holds ? green('holds ') : red('BROKEN')
    lines.push(`${word}  ${bold(`${name}: ${figureOf(measured)}`)}`, dim(`        bar: ${text}`))
  }
  lines.push(
    '',
    `Detectable faults found by rollback alone: ${figureOf(summary.rolledBackOfDetectable)}`,
    `Precision of rollbacks: ${figureOf(summary.precision)}`,
    `Recall of all faults, those too small to be seen among them: ${figureOf(summary.recallOfAll)}`,
    '',
    ...table(summary.kinds),
  )
  const list = (title: string, scores: readonly ReleaseScore[]): void => {
    if (scores.length === 0) return
    lines.push('', bold(title))
    for (const score of scores) lines.push(...scoreLines(seed, score, columns))
  }
  list('Not found', summary.misses)
  list('Rolled back without a fault', summary.falseAlarms)
  list('Went on after telemetry had stopped', summary.wentOnBlind)
  return lines.join('\n')
}

function scoreLines(seed: number, score: ReleaseScore, columns: number): string[] {
  const { number, kind, service, version, detail, expected, verdict, headline, listed } = score
  const line =
    expected === null
      ? ''
      : ` Power ${percent(expected.power)}, ${Math.round(expected.extraBad)} bad requests expected.`
  const told =
    score.outcome !== 'missed'
      ? ''
      : listed === null
        ? ' NOT among its blind spots.'
        : ` Among its blind spots: ${listed}.`
  const text = `no. ${number} ${kind}, ${service} ${version}: ${detail}.${line}${told}`
  return [
    ...wrapText(text, columns, '  ', '    ').split('\n'),
    ...wrapText(`${verdict}: ${headline}`, columns, '    ').split('\n'),
    `    aftergreen drill releases --seed ${seed} --only ${number} --keep`,
  ]
}

const heads = [
  'kind',
  'faulty',
  'found',
  'held',
  'below',
  'named',
  'delay',
  'longest',
  'healthy',
  'alarms',
  'findings',
] as const

function table(kinds: readonly KindSummary[]): string[] {
  const rows: string[][] = [
    [...heads],
    ...kinds.map(
      ({ kind, faulty, detectable, undetectable, held, named, delay, healthy, heldHealthy }) => [
        kind,
        String(faulty),
        outOf(detectable),
        faulty === 0 ? '-' : String(held),
        outOf(undetectable),
        faulty === 0 ? '-' : String(named),
        delay === null ? '-' : minutes(delay.median),
        delay === null ? '-' : minutes(delay.longest),
        healthy.of === 0 ? '-' : String(healthy.of),
        healthy.of === 0 ? '-' : String(healthy.count),
        healthy.of === 0 ? '-' : String(heldHealthy),
      ],
    ),
  ]
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return [
    ...rows.map((row) =>
      row
        .map((text, column) =>
          column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!),
        )
        .join('  '),
    ),
    '',
    'found: detectable faults rolled back, or held for a finding about them; held: of all found, the latter; below: found of',
    'those too small to be sure of; named: found with a finding about the operation, call or cohort at fault; delay: median',
    'from onset to rollback or finding; healthy: releases without a fault; alarms, findings: rolled back, held for a finding.',
  ]
}

const outOf = ({ count, of }: Measured): string => (of === 0 ? '-' : `${count} of ${of}`)
const minutes = (seconds: number): string => `${Math.round(seconds / 60)} min`

function figureOf({ count, of, share, low, high }: Measured): string {
  if (share === null) return 'nothing to measure'
  return `${count} of ${of}, ${percent(share)} (95 % interval ${percent(low)} to ${percent(high)})`
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(share < 0.01 ? 2 : 1))} %`
}
