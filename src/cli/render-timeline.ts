import { createColors } from 'picocolors'

import type { VerdictChange } from '../releases/release-service.ts'
import type { SignOff } from '../releases/sign-off/sign-off.ts'
import { count } from '../releases/judge/numbers-in-words.ts'
import { formatTime } from './format-value.ts'
import { type RenderOptions, verdictWord } from './render-verdict.ts'
import { eachSignOff } from './sign-off-words.ts'
import { cleanText, wrapItem, wrapText } from './wrap-text.ts'

const mostChanges = 8

/**
 * Verdicts one after the other, each with what changed it, and the sign-offs between them. Ends without a line feed.
 * @param signOffs oldest first; on a release of the past they come after its verdicts
 */
export function renderTimeline(
  entries: readonly VerdictChange[],
  options: RenderOptions,
  signOffs: readonly SignOff[] = [],
): string {
  if (entries.length === 0) return 'Nobody has looked at it yet.'
  const colours = createColors(options.colour)
  const width = Math.max(40, Math.min(options.width, 110))
  const words = eachSignOff(signOffs)
  const waiting = signOffs.map(({ at }, index) => ({ at, ...words[index]! }))
  const signed = (until: string): string[] => {
    const after = waiting.findIndex(({ at }) => at >= until)
    return waiting
      .splice(0, after === -1 ? waiting.length : after)
      .map(({ at, line, accepted }) =>
        [
          `  ${formatTime(at)}  ${colours.bold('SIGN-OFF')}`,
          ...[line, ...accepted].map((each) => wrapItem(cleanText(each), width, '    ')),
        ].join('\n'),
      )
  }
  const lines = entries.flatMap((entry) => [
    ...signed(entry.evaluatedAt),
    entryLines(entry, width, colours),
  ])
  return [...lines, ...signed('\uffff')].join('\n')
}

function entryLines(
  { evaluatedAt, verdict, headline, changed = [] }: VerdictChange,
  width: number,
  colours: ReturnType<typeof createColors>,
): string {
  const more = changed.length - mostChanges
  const shown = [
    ...changed.slice(0, mostChanges),
    ...(more > 0 ? [`and ${count(more, 'more change')}`] : []),
  ]
  return [
    `  ${formatTime(evaluatedAt)}  ${verdictWord(verdict, colours)}`,
    wrapText(cleanText(headline), width, '    '),
    ...shown.map((change) => colours.dim(wrapItem(`- ${cleanText(change)}`, width, '    '))),
  ].join('\n')
}
