import { createColors } from 'picocolors'

import type { ReleaseSummary } from '../releases/release-service.ts'
import { formatTime } from './format-value.ts'
import { verdictWord } from './render-verdict.ts'
import type { RenderOptions } from './render-verdict.ts'
import { cleanText, wrapText } from './wrap-text.ts'

/** The releases as text for a terminal: two or more lines each. Ends without a line feed. */
export function renderReleaseList(
  releases: ReleaseSummary[],
  { colour, width }: RenderOptions,
): string {
  if (releases.length === 0) {
    return 'No release yet. Record one with: aftergreen release start --service NAME --version VERSION'
  }
  const colours = createColors(colour)
  const columns = Math.max(40, Math.min(width, 110))
  return releases
    .map(({ release, verdict, phase, headline, signedOffBy }) => {
      const { id, service, version, environment, startedAt } = release
      const signed = signedOffBy === undefined ? '' : `signed off by ${signedOffBy}`
      const about = [`${service} ${version}`, environment, phase, formatTime(startedAt), id, signed]
      const word = verdictWord(verdict, colours)
      const padding = ' '.repeat('rollback'.length - verdict.length)
      const title = cleanText(about.filter((part) => part !== '').join('  ·  '))
      const first = wrapText(title, columns, ' '.repeat(10)).slice(10)
      return `${word}${padding}  ${first}\n${wrapText(colours.dim(cleanText(headline)), columns, ' '.repeat(10))}`
    })
    .join('\n')
}
