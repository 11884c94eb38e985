import { createColors } from 'picocolors'
import type { RenderOptions } from '../../src/cli/render-verdict.ts'
import { verdictWord } from '../../src/cli/render-verdict.ts'
import { wrapText } from '../../src/cli/wrap-text.ts'
import type { BlindSpotKind, Verdict, VerdictKind } from '../../src/releases/verdict.ts'

/** When a verdict said something else than the one before. */
export interface TimelineEntry {
  /** Since the release began. */
  seconds: number
  verdict: VerdictKind
  headline: string
  /** The first one; null where there is none. */
  blindSpot: { kind: BlindSpotKind; title: string } | null
  /** The first one; null where there is none. */
  finding: { comparison: 'concurrent' | 'before-after'; title: string } | null
}

export class Timeline {
  readonly entries: TimelineEntry[] = []
  readonly #start: number

  /** @param start Unix ms of the release */
  constructor(start: number) {
    this.#start = start
  }

  /** Keeps a verdict where its word, its first blind spot or its first finding is of another kind than before. */
  add({ verdict, headline, blindSpots, findings, evaluatedAt }: Verdict): void {
    const [spot] = blindSpots
    const [finding] = findings
    const entry: TimelineEntry = {
      seconds: Math.max(0, Math.round((Date.parse(evaluatedAt) - this.#start) / 1000)),
      verdict,
      headline,
      blindSpot: spot === undefined ? null : { kind: spot.kind, title: spot.title },
      finding:
        finding === undefined
          ? null
          : { comparison: finding.comparison ?? 'concurrent', title: finding.title },
    }
    const last = this.entries.at(-1)
    if (last === undefined || kindOf(last) !== kindOf(entry)) this.entries.push(entry)
  }
}

const kindOf = ({ verdict, blindSpot, finding }: TimelineEntry): string =>
  [verdict, blindSpot?.kind, finding?.comparison].join()

/** What was known when: first what `config diff` said before the deployment. */
export function timelinePanel(
  diffHeadline: string,
  entries: readonly TimelineEntry[],
  { colour, width }: RenderOptions,
): string {
  const colours = createColors(colour)
  const room = Math.max(40, Math.min(width, 110))
  const row = (when: string, text: string): string =>
    `  ${colours.dim(when.padStart(8))}  ${wrapText(text, room, ' '.repeat(12)).trimStart()}`
  return [
    colours.bold('What was known when'),
    row('before', `config diff: ${diffHeadline}`),
    row('0 s', 'checkout is released, and with it the configuration of all its instances.'),
    ...entries.map(({ seconds, verdict, headline }) =>
      row(`${seconds} s`, `${verdictWord(verdict, colours)}  ${headline}`),
    ),
  ].join('\n')
}
