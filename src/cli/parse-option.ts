/** Values of options: each parser throws what commander turns into a sentence that names the option. */
import { InvalidArgumentError } from 'commander'

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `90s`, `30m`, `2h`, `1h30m`, or a bare number of seconds, in milliseconds. */
export function parseDuration(text: string): number {
  const bare = /^\d+(\.\d+)?$/.exec(text)
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)]
  const whole = parts.map(([part]) => part).join('') === text && parts.length > 0
  if (bare === null && !whole) {
    throw new InvalidArgumentError('Give a duration such as 90s, 30m or 2h.')
  }
  const ms =
    bare === null
      ? parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0)
      : Number(text) * 1000
  if (ms > 366 * 86_400_000) throw new InvalidArgumentError('Give at most a year.')
  return ms
}

export function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('Give a port from 0 to 65535; 0 takes any free one.')
}

export const parseSeconds = (text: string): number => secondsFrom(1, text)

/** 0 switches off what takes the time. */
export const parseSecondsOrNone = (text: string): number => secondsFrom(0, text)

function secondsFrom(least: number, text: string): number {
  const seconds = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && seconds >= least && seconds <= 86_400) return seconds
  throw new InvalidArgumentError(`Give a number of seconds from ${least} to 86400.`)
}

export function parseWholeNumber(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError('Give a whole number.')
}

/** `0.2`, `20%` or `20 %`, as a fraction between 0 and 1. */
export function parseShare(text: string): number {
  const [, amount, percent] = /^(\d*\.?\d+) ?(%?)$/.exec(text) ?? []
  const share = percent === '%' ? Number(amount) / 100 : Number(amount)
  if (amount !== undefined && share > 0 && share < 1) return share
  throw new InvalidArgumentError('Give a share between 0 and 1, such as 0.2 or 20%.')
}

/** `TITLE=URL` or a bare URL; may be given several times. */
export function collectLink(
  text: string,
  earlier: { title: string; url: string }[] = [],
): { title: string; url: string }[] {
  const [, title, url = text] = /^([^=]+?)=(https?:.*)$/.exec(text) ?? []
  const parsed = URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new InvalidArgumentError('Give TITLE=URL with an http or https address.')
  }
  return [...earlier, { title: title ?? parsed.host, url }]
}
