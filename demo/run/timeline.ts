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
    // what was told before the first look came to its end is of a later time than that look
    while ((this.entries.at(-1)?.seconds ?? 0) > entry.seconds) this.entries.pop()
    const last = this.entries.at(-1)
    if (last === undefined || kindOf(last) !== kindOf(entry)) this.entries.push(entry)
  }
}

const kindOf = ({ verdict, blindSpot, finding }: TimelineEntry): string =>
  [verdict, blindSpot?.kind, finding?.comparison].join()

/** What happened beside the verdicts, `when` it did: a number is seconds since the release began. */
export interface Event {
  when: number | 'before'
  text: string
}

/** What was known when, and what happened meanwhile, in the order of time. */
export function timelinePanel(
  events: readonly Event[],
  entries: readonly TimelineEntry[],
  { colour, width }: RenderOptions,
): string {
  const colours = createColors(colour)
  const room = Math.max(40, Math.min(width, 110))
  const row = (when: Event['when'], text: string): string => {
    const shown = when === 'before' ? when : `${when} s`
    return `  ${colours.dim(shown.padStart(8))}  ${wrapText(text, room, ' '.repeat(12)).trimStart()}`
  }
  const verdicts = entries.map(({ seconds, verdict, headline }): Event => ({
    when: seconds,
    text: `${verdictWord(verdict, colours)}  ${headline}`,
  }))
  const order = ({ when }: Event): number => (when === 'before' ? -1 : when)
  const rows = [...events, ...verdicts].toSorted((a, b) => order(a) - order(b))
  return [
    colours.bold('What was known when'),
    ...rows.map(({ when, text }) => row(when, text)),
  ].join('\n')
}
