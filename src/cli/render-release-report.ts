import { createColors } from 'picocolors'

import { count } from '../releases/judge/numbers-in-words.ts'
import type {
  Harm,
  Outcome,
  ReleaseReport,
  ReportedRelease,
} from '../releases/report/release-report.ts'
import { formatTime } from './format-value.ts'
import { type RenderOptions, verdictWord } from './render-verdict.ts'
import { eachSignOff } from './sign-off-words.ts'
import { cleanText, wrapItem, wrapText } from './wrap-text.ts'

/** How releases turned out, as text for a terminal. Ends without a line feed. */
export function renderReleaseReport(report: ReleaseReport, options: RenderOptions): string {
  const colours = createColors(options.colour)
  const width = Math.max(40, Math.min(options.width, 110))
  const { releases, final, proceeded, signedOff, accepted, since, soakHours } = report
  if (releases.length === 0) return `No release has begun since ${formatTime(since)}.`
  const sums = [
    `${count(releases.length, 'release')} since ${formatTime(since)}: ${final.proceed} proceed, ${final.hold} hold, ${final.rollback} rollback by the latest verdict.`,
    `Went on by the verdict: ${outcome(proceeded)}.`,
    `Went on over a hold by sign-off: ${outcome(signedOff)}.`,
    ...accepted.map(
      ({ what, kind, ...sum }) => `- accepted ${what.replace('-', ' ')} "${kind}": ${outcome(sum)}`,
    ),
  ]
  const rows = releases.map((one) => {
    const { release } = one
    const { verdict, phase } = one.final
    const about = [`${release.service} ${release.version}`, release.environment, phase, release.id]
    const title = `${verdictWord(verdict, colours)}  ${cleanText(about.filter((part) => part !== '').join('  ·  '))}`
    return [
      wrapText(title, width, '', '    '),
      ...courseOf(one).map((line) => wrapItem(cleanText(line), width, '  ')),
    ].join('\n')
  })
  const meaning = `Harm: the verdict became rollback afterwards, or a repair was released within ${soakHours} hours.`
  return [
    sums.map((line) => wrapText(cleanText(line), width, '')).join('\n'),
    ...rows,
    colours.dim(wrapText(meaning, width, '')),
  ].join('\n\n')
}

function outcome({ releases, harmed }: Outcome): string {
  return releases === 0 ? 'none' : `${count(releases, 'release')}, ${harmed} of them came to harm`
}

function courseOf({ decided, signOffs, wentOn, harm, release }: ReportedRelease): string[] {
  const lines = [`began ${formatTime(release.startedAt)}`]
  if (decided !== null) lines.push(`first decided ${formatTime(decided.at)}: ${decided.verdict}`)
  for (const { line, accepted } of eachSignOff(signOffs)) lines.push(line, ...accepted)
  if (wentOn !== null && harm.length === 0) lines.push('no harm known afterwards')
  return [...lines, ...harm.map(harmLine)]
}

function harmLine(harm: Harm): string {
  if (harm.kind === 'rollback-verdict')
    return `harm: rollback ${formatTime(harm.at)}: ${harm.headline}`
  const { version, reason, startedAt } = harm.release
  return `harm: followed by ${version} (${reason}) ${formatTime(startedAt)}`
}
