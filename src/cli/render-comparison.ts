import { createColors } from 'picocolors'

import type { Comparison, Finding } from '../cohorts/compare/comparison.ts'
import {
  counts,
  findingSentence,
  globalSentence,
  isVolume,
  mixSentence,
  number,
  powerSentences,
  rateOf,
} from './comparison-words.ts'
import { formatCount, formatShare } from './format-value.ts'
import type { RenderOptions } from './render-verdict.ts'
import { cleanText, wrapText } from './wrap-text.ts'

type Colours = ReturnType<typeof createColors>

const labelWidth = 11
const alternativesShown = 3

/** A comparison as text for a terminal: the whole, what stands out, what is only mix, what was not looked at. Ends without a line feed. */
export function renderComparison(comparison: Comparison, options: RenderOptions): string {
  const colours = createColors(options.colour)
  const width = Math.max(40, Math.min(options.width, 110))
  const { findings, mixShift, searched, notes, complete } = comparison
  const list = (name: string, sentences: readonly string[]): string =>
    sentences.length === 0
      ? ''
      : [
          colours.bold(name),
          ...sentences.map((sentence) => wrapText(`- ${cleanText(sentence)}`, width, '  ', '    ')),
        ].join('\n')
  const parts = [
    headline(comparison, width, colours),
    findings.map((finding) => findingLines(finding, width, colours)).join('\n\n'),
    list('Mix, not regression', mixShift.map(mixSentence)),
    list('Not looked at', searched.cut),
    list('Notes', notes),
    list('What would have been found', powerSentences(comparison)),
    colours.dim(wrapText(searchedSentence(comparison), width, '')),
    complete ? '' : colours.bold(colours.yellow('NOT COMPLETE: there may be more.')),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function headline(comparison: Comparison, width: number, colours: Colours): string {
  const { findings, globals } = comparison
  const [first, ...others] = globals.map(globalSentence)
  const found =
    findings.length === 0
      ? 'No cohort changed more than the rest.'
      : `${findings.length === 1 ? 'One cohort' : `${formatCount(findings.length)} cohorts`} changed more than the rest${explained(comparison)}.`
  const said = wrapText(cleanText(`${first ?? ''} ${found}`.trim()), width, '')
  const more = others.map((sentence) => colours.dim(wrapText(cleanText(sentence), width, '')))
  return [colours.bold(said), ...more].join('\n')
}

/** How much of the first measure's change the findings explain together; they may overlap, so never more than all. */
function explained({ findings, global }: Comparison): string {
  const shares = findings.flatMap(({ measure, shareOfExcess }) =>
    measure === global.measure && shareOfExcess !== null ? [shareOfExcess] : [],
  )
  if (shares.length === 0) return ''
  const all = Math.min(
    1,
    shares.reduce((sum, share) => sum + share, 0),
  )
  return `, and ${shares.length === 1 ? 'explains' : 'explain'} ${formatShare(all)} of that change`
}

function findingLines(finding: Finding, width: number, colours: Colours): string {
  const lead = `${finding.rank}.`.padEnd(3)
  const title = wrapText(`${lead}${cleanText(findingSentence(finding))}`, width, '', '   ')
  const rows: [string, string][] = [
    [
      'evidence',
      `q ${probability(finding.q)}, ${formatCount(finding.units)} different units; ${excessWords(finding)}`,
    ],
  ]
  const { aliases, alternatives, exemplars, predicate } = finding
  if (aliases.length > 0) rows.push(['same as', aliases.join(', ')])
  const shown = alternatives.slice(0, alternativesShown).map(({ text }) => text)
  const more = alternatives.length - shown.length
  if (shown.length > 0) rows.push(['or', shown.join('; ') + (more > 0 ? `; ${more} more` : '')])
  if (exemplars.candidate.length > 0) rows.push(['candidate', exemplars.candidate.join(' ')])
  if (exemplars.baseline.length > 0) rows.push(['baseline', exemplars.baseline.join(' ')])
  if (predicate !== null) rows.push(['predicate', predicate])
  return [
    colours.bold(title),
    ...bars(finding, Math.max(8, Math.min(24, width - 56)), colours),
    ...rows.map((row) => labelled(row, width, colours)),
  ].join('\n')
}

/** Two bars on one scale: the larger of the two fills it. */
function bars(
  { measure, baseline, candidate }: Finding,
  barWidth: number,
  colours: Colours,
): string[] {
  const value = (side: Finding['baseline']): number =>
    isVolume(measure) ? side.total : rateOf(side)
  const most = Math.max(value(baseline), value(candidate))
  const [was, now] = measure === 'actual' ? ['expected', 'actual'] : ['was', 'now']
  const line = (label: string, side: Finding['baseline'], colour: (text: string) => string) => {
    const filled = most === 0 ? 0 : Math.round((value(side) / most) * barWidth)
    const bar = '█'.repeat(filled) + '·'.repeat(barWidth - filled)
    const figure = isVolume(measure)
      ? formatCount(side.total)
      : `${formatShare(rateOf(side)).padStart(7)}  ${counts(side)}`
    return `   ${colours.dim(label.padEnd(labelWidth))}${colour(bar)} ${figure}`
  }
  const isWorse = value(candidate) >= value(baseline) && !isVolume(measure)
  return [
    line(was, baseline, colours.dim),
    line(now, candidate, isWorse ? colours.red : colours.yellow),
  ]
}

function excessWords({ measure, excess }: Finding): string {
  const amount = formatCount(Math.abs(Math.round(excess)))
  if (!isVolume(measure)) return `${amount} events beyond what the rest explains`
  return `${amount} ${excess < 0 ? 'fewer' : 'more'} than the rest explains`
}

function labelled([label, text]: [string, string], width: number, colours: Colours): string {
  const hanging = ' '.repeat(3 + labelWidth)
  const lines = wrapText(cleanText(text), width, hanging)
  return `   ${colours.dim(label.padEnd(labelWidth))}${lines.slice(hanging.length)}`
}

function searchedSentence({ searched, seconds }: Comparison): string {
  const { rows, attributes, maxOrder, cells } = searched
  return `Searched ${formatCount(rows)} rows, ${formatCount(attributes)} ${attributes === 1 ? 'attribute' : 'attributes'}, up to ${maxOrder} ${maxOrder === 1 ? 'condition' : 'conditions'} at a time, ${formatCount(cells)} ${cells === 1 ? 'cell' : 'cells'}, in ${number(seconds)} s.`
}

const probability = (q: number): string =>
  q < 1e-6 ? '< 0.000001' : `= ${Number(q.toPrecision(2))}`
