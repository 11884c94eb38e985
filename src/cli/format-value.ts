/** Figures as the command line writes them: no more digits than they deserve, units after a space. */
import type { Effect, TimeWindow } from '../releases/verdict.ts'

const counts = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

export function formatCount(value: number): string {
  return counts.format(value)
}

/** A fraction as a percentage with two significant digits below 10 %, one decimal above. */
export function formatShare(fraction: number): string {
  const percent = fraction * 100
  if (percent === 0) return '0 %'
  if (Math.abs(percent) >= 9.95) return `${percent.toFixed(1)} %`
  return `${Number(percent.toPrecision(2))} %`
}

/** A value of an effect in its unit; null is a value that does not exist. */
export function formatMeasure(value: number | null, unit: Effect['unit']): string {
  if (value === null) return 'none'
  if (unit === 'fraction') return formatShare(value)
  if (value >= 10_000) return `${formatCount(value / 1000)} s`
  return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(2))} ms`
}

/** `4.1 times (interval 3.4 to 5.0)`; an open end, and a baseline of zero, are said to be such. */
export function formatRatio({ ratio, low, high }: Pick<Effect, 'ratio' | 'low' | 'high'>): string {
  if (ratio === null) {
    const least = low === null ? 'no ratio' : `at least ${digits(low)} times`
    return `${least} (the baseline is zero)`
  }
  const times = `${digits(ratio)} times`
  if (low === null && high === null) return `${times} (no interval yet)`
  if (low === null) return `${times} (interval up to ${digits(high ?? Infinity)})`
  return high === null
    ? `${times} (interval from ${digits(low)})`
    : `${times} (interval ${digits(low)} to ${digits(high)})`
}

/**
 * An e-value and what it means. Ville's inequality: without a change, a value of N or more is ever seen, however often
 * one looks, with probability at most 1/N.
 * @param ifNot the claim that it speaks against
 */
export function formatEValue(value: number, ifNot = 'had nothing changed'): string {
  // rounded down: evidence is never said to be more than it is
  const least = Math.floor(value * 10) / 10
  if (!(least > 1)) return `e-value ${digits(value)}: no evidence`
  const whole = value < 10 ? least : Math.floor(value)
  const shown = value < 1000 ? formatCount(whole) : approximate(value)
  return `e-value ${shown}: ${ifNot}, at most 1 chance in ${shown} of ever seeing this`
}

/** `2026-07-01 21:15:20 UTC`; text that is no time is shown as it is. */
export function formatTime(iso: string): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `2026-07-01 21:14:00 to 21:15:20 UTC`: the day once, where it is one day. */
export function formatWindow({ from, to }: TimeWindow): string {
  const start = formatTime(from)
  const end = formatTime(to)
  const sameDay = start.slice(0, 11) === end.slice(0, 11) && start.endsWith(' UTC')
  return sameDay ? `${start.slice(0, -4)} to ${end.slice(11)}` : `${start} to ${end}`
}

function digits(value: number): string {
  if (value >= 100) return formatCount(Math.round(value))
  return value >= 10 ? value.toFixed(0) : Number(value.toPrecision(2)).toString()
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** Two digits, rounded down: evidence is never said to be more than it is. */
function approximate(value: number): string {
  if (value === Infinity) return '10³⁰⁸'
  const exponent = Math.floor(Math.log10(value))
  const mantissa = Math.max(1, Math.floor(value / 10 ** (exponent - 1)) / 10)
  if (exponent < 6) return formatCount(Math.round(mantissa * 10 ** exponent))
  const power = String(exponent).replace(/\d/g, (digit) => superscripts.charAt(Number(digit)))
  return mantissa === 1 ? `10${power}` : `${mantissa} × 10${power}`
}
