import { createColors } from 'picocolors'

import { formatCohort } from '../cohorts/format-cohort.ts'
import { count, roughly, times } from '../releases/judge/numbers-in-words.ts'
import { measuredWords, orFailures } from '../releases/judge/plan/measured-words.ts'
import type {
  BlindSpot,
  EvidenceRequirement,
  Finding,
  Verdict,
  VerdictKind,
} from '../releases/verdict.ts'

import {
  formatCount,
  formatEValue,
  formatMeasure,
  formatRatio,
  formatShare,
  formatTime,
  formatWindow,
} from './format-value.ts'
import { configurationLines } from './render-config-changes.ts'
import { selfCheckSentence } from './self-check-sentence.ts'
import { signOffLines } from './sign-off-words.ts'
import { cleanText, wrapItem, wrapText } from './wrap-text.ts'

export interface RenderOptions {
  colour: boolean
  /** Columns of the terminal. Words longer than a line (addresses, trace ids) are left whole. */
  width: number
}

type Colours = ReturnType<typeof createColors>

const labelWidth = 12

/** A verdict as text for a terminal: what to do first, then what was seen, then what was not. Ends without a line feed. */
export function renderVerdict(verdict: Verdict, options: RenderOptions): string {
  const colours = createColors(options.colour)
  const width = Math.max(40, Math.min(options.width, 110))
  const { release } = verdict
  const about = [
    release.service,
    release.baselineVersion === null
      ? release.version
      : `${release.baselineVersion} → ${release.version}`,
    release.environment,
    release.strategy,
    verdict.phase,
  ]
  const title = cleanText(about.filter((part) => part !== '').join('  ·  '))
  const parts = [
    `${verdictWord(verdict.verdict, colours)}  ${colours.dim(title)}`,
    wrapText(colours.bold(cleanText(verdict.headline)), width, ''),
    signOffSection(verdict, width, colours),
    incidentSection(verdict, width, colours),
    section('What was compared', comparisonLines(verdict), width, colours),
    configurationSection(verdict, width, colours),
    verdict.findings.length === 0
      ? section(
          'Findings',
          ['None so far. That says only as much as the evidence below.'],
          width,
          colours,
        )
      : findingsSection(verdict.findings, width, colours),
    planSection(verdict.evidencePlan, width, colours),
    notExcludedSection(verdict, width, colours),
    blindSpotsSection(verdict.blindSpots, width, colours),
    section('Self-check', [selfCheckSentence(verdict.selfCheck)], width, colours),
    `${colours.dim(`Judged ${formatTime(verdict.evaluatedAt)}`)}  ${cleanText(verdict.url)}`,
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

/** The word of a verdict, coloured; never a mark alone. */
export function verdictWord(kind: VerdictKind, colours: Colours): string {
  const word = kind.toUpperCase()
  if (kind === 'rollback') return colours.bold(colours.red(word))
  if (kind === 'hold') return colours.bold(colours.yellow(word))
  return colours.bold(colours.cyan(word))
}

function section(name: string, paragraphs: string[], width: number, colours: Colours): string {
  const body = paragraphs.map((paragraph) => wrapItem(cleanText(paragraph), width, '  '))
  return [colours.bold(name), ...body].join('\n')
}

function comparisonLines({ comparison, release }: Verdict): string[] {
  const { baselineKind, baselineWindow, candidateWindow, candidateShare } = comparison
  const lines: string[] = []
  if (candidateWindow === null) {
    lines.push(`Nothing yet: no traffic of ${release.version} has arrived.`)
  } else if (baselineKind === 'none' || baselineWindow === null) {
    lines.push(
      `Nothing yet: ${release.version} has traffic since ${formatTime(candidateWindow.from)}, but there is no version beside it to compare with.`,
    )
  } else if (baselineKind === 'concurrent') {
    const share =
      candidateShare === null ? '' : `, which met ${formatShare(candidateShare)} of the traffic`
    lines.push(
      `${release.baselineVersion ?? 'The version before'} beside ${release.version}${share}, ${formatWindow(candidateWindow)}.`,
    )
  }
  const { history } = comparison
  if (history) {
    const sure = history.isCalibrated
      ? `calibrated on ${history.replayedCuts} replayed cuts of the past`
      : 'with too little history to calibrate it'
    lines.push(
      `All requests since the release began against those before it (${history.hourClass}, ${formatWindow(history.window)}), ${sure}.`,
    )
  }
  const { mismatch, expectedShare } = comparison.sampleRatioMismatch
  if (mismatch && expectedShare !== null) {
    lines.push(`The split of the traffic is not the declared one of ${formatShare(expectedShare)}.`)
  }
  for (const shift of comparison.populationShift) {
    lines.push(
      `The two sides differ in who they served: ${shift.attribute} = ${shift.value} is ${formatShare(shift.baselineShare)} of the one and ${formatShare(shift.candidateShare)} of the other.`,
    )
  }
  return lines
}

function configurationSection({ configuration }: Verdict, width: number, colours: Colours): string {
  if (configuration === undefined) return ''
  const lines = configurationLines(configuration, width - 2).map((line) =>
    line.replace(/^/gm, '  '),
  )
  return [colours.bold('Configuration'), ...lines].join('\n')
}

function signOffSection(verdict: Verdict, width: number, colours: Colours): string {
  const lines = signOffLines(verdict)
  return lines.length === 0 ? '' : section('Sign-off', lines, width, colours)
}

function incidentSection({ incident }: Verdict, width: number, colours: Colours): string {
  if (incident === undefined) return ''
  const { id, match, resolvedAt } = incident
  const state =
    resolvedAt === null
      ? `Not shown to be over; ask with: aftergreen incident resolve ${id}`
      : `Shown to be over ${formatTime(resolvedAt)}.`
  return section('Is to fix', [`Requests where ${match} (${id}).`, state], width, colours)
}

function findingsSection(findings: Finding[], width: number, colours: Colours): string {
  const titleOf = (id: string): string =>
    findings.find((finding) => finding.id === id)?.title ?? `finding ${id}`
  // what another finding accounts for is a line of that one, not a finding to act on
  const explained = new Set(findings.flatMap(({ explains }) => explains))
  const standing = findings.filter(({ id }) => !explained.has(id))
  const rendered = standing.map((finding, index) => {
    const number = `${index + 1}.`.padEnd(3)
    const title = wrapText(`${number}${cleanText(finding.title)}`, width, '  ', '     ')
    return [
      severityColour(finding, colours)(title),
      ...findingRows(finding, titleOf).map((row) => labelled(row, width, colours)),
    ]
  })
  return [colours.bold('Findings'), rendered.map((lines) => lines.join('\n')).join('\n\n')].join(
    '\n',
  )
}

function findingRows(finding: Finding, titleOf: (id: string) => string): [string, string][] {
  const { kind, severity, cohort, effect, evidence, explains, attributedTo } = finding
  const { precededBy = [], comparison } = finding
  const { measure, unit } = effect
  // history has no control: what it says holds as far as the past is like the present
  const ifNot =
    comparison === 'before-after'
      ? 'were the past like the present and had nothing changed'
      : undefined
  const [exemplar] = evidence.exemplars
  const more = evidence.exemplars.length - 1
  const rows: [string, string][] = [
    ['kind', `${kind}, ${severity}`],
    ['cohort', formatCohort(cohort)],
    [
      'effect',
      `${measure} ${formatMeasure(effect.baseline, unit)} → ${formatMeasure(effect.candidate, unit)}: ${formatRatio(effect)}`,
    ],
    [
      'counts',
      comparison === 'before-after'
        ? `${formatCount(evidence.baselineCount)} before the release, ${formatCount(evidence.candidateCount)} since`
        : `${formatCount(evidence.baselineCount)} in the baseline, ${formatCount(evidence.candidateCount)} in the new version`,
    ],
    [
      'evidence',
      `${formatEValue(evidence.eValue, ifNot)}; first seen ${formatTime(evidence.firstSeen)}`,
    ],
  ]
  if (exemplar !== undefined) {
    rows.push(['trace', more > 0 ? `${exemplar} and ${formatCount(more)} more` : exemplar])
  }
  for (const id of explains) rows.push(['explains', titleOf(id)])
  if (attributedTo !== undefined) {
    rows.push(['whose', `${attributedTo.reasoning} (release ${attributedTo.release})`])
  }
  for (const { key, component, class: seen, at } of precededBy) {
    const where = component === '' ? '' : ` of ${component}`
    rows.push(['after', `${key}${where} changed, ${seen}, ${formatTime(at)}`])
  }
  return rows
}

function labelled([label, text]: [string, string], width: number, colours: Colours): string {
  const hanging = ' '.repeat(5 + labelWidth)
  const lines = wrapText(cleanText(text), width, hanging)
  return `     ${colours.dim(label.padEnd(labelWidth))}${lines.slice(hanging.length)}`
}

function severityColour({ severity }: Finding, colours: Colours): (text: string) => string {
  return severity === 'minor' ? colours.yellow : colours.red
}

function planSection(plan: EvidenceRequirement[], width: number, colours: Colours): string {
  if (plan.length === 0) return ''
  const lines = plan.map((item) => {
    const { id, requirement, state, progress, eta, onlyForDone } = item
    const share = Math.min(1, Math.max(0, progress))
    // Rounded down: a bar that looks full must be full.
    const filled = Math.floor(share * 10)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(10 - filled)}`
    const percent = `${Math.floor(share * 100)} %`.padStart(5)
    const when =
      state === 'met' ? 'met' : eta === undefined ? 'open' : `open, about ${formatTime(eta)}`
    // what can be signed off has its name beside it
    const named = id === undefined || state === 'met' || onlyForDone ? '' : ` [${id}]`
    const missing = state === 'met' ? '' : missingWords(item)
    const text = wrapText(
      cleanText(`${requirement} (${when}${missing})${named}`),
      width,
      ' '.repeat(20),
    )
    return `  ${state === 'met' ? colours.cyan(bar) : colours.yellow(bar)} ${percent}  ${text.slice(20)}`
  })
  const isEstimated = plan.some(({ state, needs, measured }) => {
    return state === 'open' && needs !== undefined && measured === undefined
  })
  const note = isEstimated ? colours.dim(' (what is needed: if nothing is wrong)') : ''
  return [`${colours.bold('Evidence plan')}${note}`, ...lines].join('\n')
}

/** What a requirement still takes, as the end of a list. */
function missingWords(item: EvidenceRequirement): string {
  const { needs, measured, waitsForPast } = item
  if (measured !== undefined) return `; measured so far: ${measuredWords(item)}`
  const past = waitsForPast ? '; waits for a longer past' : ''
  if (needs === undefined) return past
  return `${past}; needs about ${roughly(needs.requests, 'more request')}${orFailures(needs)}`
}

function notExcludedSection({ notExcluded }: Verdict, width: number, colours: Colours): string {
  if (notExcluded === undefined) return ''
  const { what, ratio } = notExcluded
  const words =
    ratio === null
      ? `No rise of the ${what}, however large.`
      : `A rise of the ${what} to ${times(ratio)} times the baseline's.`
  return section('Not excluded yet', [words], width, colours)
}

function blindSpotsSection(blindSpots: BlindSpot[], width: number, colours: Colours): string {
  const none = 'None that could be named. What nobody instrumented cannot be named either.'
  if (blindSpots.length === 0) return section('Not seen', [none], width, colours)
  const lines = blindSpots.map((spot) => {
    const named = spot.id === undefined ? '' : ` [${spot.id}]`
    const said = `${sentence(spot.title)} ${sentence(spot.detail)}${needs(spot)}${named}`
    return wrapText(`- ${cleanText(said.trim())}`, width, '  ', '    ')
  })
  return [colours.bold('Not seen'), ...lines].join('\n')
}

function needs({ needs: wanted }: BlindSpot): string {
  const parts: string[] = []
  if (wanted?.requests !== undefined) parts.push(count(wanted.requests, 'more request'))
  if (wanted?.failures !== undefined) parts.push(count(wanted.failures, 'more failure'))
  if (wanted?.until !== undefined) parts.push(`traffic until ${formatTime(wanted.until)}`)
  return parts.length === 0 ? '' : ` Needs ${parts.join(', ')}.`
}

function sentence(text: string): string {
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`
}
