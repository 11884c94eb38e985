import { parseInstant } from '../../ask/filter/instant.ts'
import { AftergreenError } from '../../errors.ts'

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

export interface TimeSpan {
  /** ms since 1970 */
  from: number
  to: number
}

/** `now`, a time before now (`90m`, `1h`), or a time (ISO 8601, UTC where it says no zone), in ms since 1970. */
export function parseComparisonTime(text: string, now: number): number {
  const trimmed = text.trim()
  if (trimmed === 'now') return now
  const ago = /^-?(\d+(?:\.\d+)?)([smhdw])$/.exec(trimmed)
  if (ago !== null) return now - Number(ago[1]) * unitMs[ago[2]!]!
  const instant = parseInstant(trimmed)
  if (instant !== undefined) return Date.parse(`${instant.slice(0, 23).replace(' ', 'T')}Z`)
  throw new AftergreenError('INVALID_REQUEST', `"${text}" is not a time.`, {
    hint: 'Write now, a time before now such as 90m, 2h or 1d, or a time such as 2026-11-23T10:00:00Z.',
  })
}

/** `2h..1h`: from two hours ago until an hour ago. */
export function parseTimeSpan(text: string, now: number): TimeSpan {
  const parts = text.split('..')
  const [from = '', to = ''] = parts
  if (parts.length !== 2 || from === '' || to === '') {
    throw new AftergreenError('INVALID_REQUEST', `"${text}" is not a span of time.`, {
      hint: 'Write both ends with two dots between them, for example 2h..1h or 1h..now.',
    })
  }
  const span = { from: parseComparisonTime(from, now), to: parseComparisonTime(to, now) }
  return checkedSpan(span, text)
}

/** @throws INVALID_REQUEST for a span without a length, or of more than 31 days */
export function checkedSpan(span: TimeSpan, text: string): TimeSpan {
  if (!(span.from < span.to)) {
    throw new AftergreenError(
      'INVALID_REQUEST',
      `The span of time ${text} ends before it begins.`,
      {
        hint: 'Give the earlier end first: 2h..1h is from two hours ago until an hour ago.',
      },
    )
  }
  if (span.to - span.from > 31 * unitMs['d']!) {
    throw new AftergreenError('INVALID_REQUEST', `The span of time ${text} is too long.`, {
      hint: 'Compare at most 31 days.',
    })
  }
  return span
}
