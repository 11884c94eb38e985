import { createColors } from 'picocolors'

import type { VerdictChange } from '../releases/release-service.ts'
import { formatCount, formatTime } from './format-value.ts'
import { type RenderOptions, verdictWord } from './render-verdict.ts'
import { cleanText, wrapText } from './wrap-text.ts'

const mostChanges = 8

/** Verdicts one after the other, each with what changed it. Ends without a line feed. */
export function renderTimeline(entries: readonly VerdictChange[], options: RenderOptions): string {
  if (entries.length === 0) return 'Nobody has looked at it yet.'
  const colours = createColors(options.colour)
  const width = Math.max(40, Math.min(options.width, 110))
  return entries
    .map(({ evaluatedAt, verdict, headline, changed = [] }) => {
      const more = changed.length - mostChanges
      const shown = [
        ...changed.slice(0, mostChanges),
        ...(more > 0 ? [`and ${formatCount(more)} more changes`] : []),
      ]
      return [
        `  ${formatTime(evaluatedAt)}  ${verdictWord(verdict, colours)}`,
        wrapText(cleanText(headline), width, '    '),
        ...shown.map((change) =>
          colours.dim(wrapText(`- ${cleanText(change)}`, width, '    ', '      ')),
        ),
      ].join('\n')
    })
    .join('\n')
}
