/** Keeps a number and its unit on one line. */
const gap = '\u00a0'

/** How long ago, in the coarsest unit that still says something: `just now`, `12 s ago`, `24 min ago`. */
export function formatAgo(then: number, now: number): string {
  const seconds = Math.floor((now - then) / 1000)
  return seconds < 1 ? 'just now' : `${formatSpan(seconds)} ago`
}

/** How long until: `in 40 min`; a moment that has passed is `any moment`. */
export function formatUntil(then: number, now: number): string {
  const seconds = Math.round((then - now) / 1000)
  return seconds < 1 ? 'any moment' : `in ${formatSpan(seconds)}`
}

/** A span of seconds: `45 s`, `24 min`, `3 h 10 min`, `2 d 4 h`. */
export function formatSpan(seconds: number): string {
  if (seconds < 100) return `${Math.max(0, Math.round(seconds))}${gap}s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 100) return `${minutes}${gap}min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return pair(hours, 'h', minutes % 60, 'min')
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** A moment on the reader's clock, with the date where it is not today. */
export function formatClock(
  moment: string,
  now: number,
  to: 'minute' | 'second' = 'minute',
): string {
  const date = new Date(moment)
  const sameDay = date.toDateString() === new Date(now).toDateString()
  return date.toLocaleString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(to === 'second' && { second: '2-digit' }),
    ...(sameDay ? {} : { day: 'numeric', month: 'short' }),
  })
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0
    ? `${large}${gap}${largeUnit}`
    : `${large}${gap}${largeUnit} ${small}${gap}${smallUnit}`
}
