import { createColors } from 'picocolors'

import { duration } from '../releases/judge/numbers-in-words.ts'
import type { Replay } from '../releases/replay/replay.ts'
import { formatCount, formatTime } from './format-value.ts'
import { renderTimeline } from './render-timeline.ts'
import { renderVerdict, type RenderOptions } from './render-verdict.ts'
import { cleanText, wrapText } from './wrap-text.ts'

/** A replay as text for a terminal: the answer, the timeline, the last verdict. Ends without a line feed. */
export function renderReplay(replay: Replay, options: RenderOptions): string {
  const colours = createColors(options.colour)
  const width = Math.max(40, Math.min(options.width, 110))
  const { plan, looks, timeline, verdict } = replay
  const end =
    plan.end === 'end of telemetry'
      ? ', where the telemetry ends'
      : plan.end === 'next release'
        ? ', where the next release begins'
        : ''
  const made = `${formatCount(looks)} of ${formatCount(plan.looks)} looks, every ${duration(plan.everySeconds)}, from ${formatTime(plan.from)} to ${formatTime(plan.until)}${end}.`
  const widened = plan.widened
    ? ' The looks are further apart than asked for: the span is long.'
    : ''
  return [
    wrapText(colours.bold(cleanText(answer(replay))), width, ''),
    wrapText(`${made}${widened}`, width, ''),
    `${colours.bold('What the judge would have said')}\n${renderTimeline(timeline, options)}`,
    verdict === null ? '' : `${colours.bold('The last look')}\n${renderVerdict(verdict, options)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function answer({ caught, complete, verdict, looks }: Replay): string {
  if (caught !== null) {
    return `Caught: rollback at ${formatTime(caught.at)}, ${duration(caught.secondsAfterStart)} after the release began. ${caught.headline}`
  }
  const stopped = complete ? '' : ' The replay was stopped: what follows was not judged.'
  if (verdict === null) return `Nothing was judged (${looks} looks).${stopped}`
  return `Not caught: no look said rollback; the last one, below, says ${verdict.verdict}.${stopped}`
}
