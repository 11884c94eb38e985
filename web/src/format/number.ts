/** A space that is narrow and does not break: between a number and its unit. */
const gap = '\u202f'

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

/** `12480` -> `12,480` */
export function formatCount(count: number): string {
  return whole.format(count)
}

/** `1, 'request'` -> `1 request`; `1200, 'request'` -> `1,200 requests` */
export function formatCountOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`
}

/** A fraction as percent, never rounded into a false 0 % or 100 %: `0.0044` -> `0.44 %`. */
export function formatShare(fraction: number): string {
  if (fraction > 0 && fraction < 0.0001) return `< 0.01${gap}%`
  if (fraction < 1 && fraction > 0.9995) return `> 99.9${gap}%`
  return `${threeDigits.format(fraction * 100)}${gap}%`
}

/** `4.13` -> `4.1×` */
export function formatRatio(ratio: number): string {
  const digits = ratio < 2 ? 2 : ratio < 10 ? 1 : 0
  return `${ratio.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}×`
}

/** A duration in ms: `0.42 ms`, `182 ms`, `1.24 s`, `2 min 5 s`. */
export function formatMs(ms: number): string {
  if (ms < 999.5) return `${threeDigits.format(ms)}${gap}ms`
  if (ms < 59_950) return `${threeDigits.format(ms / 1000)}${gap}s`
  const seconds = Math.round(ms / 1000)
  const rest = seconds % 60
  return `${whole.format(Math.floor(seconds / 60))}${gap}min${rest === 0 ? '' : ` ${rest}${gap}s`}`
}

/** A value in the unit of an effect. */
export function formatValue(value: number, unit: 'fraction' | 'ms'): string {
  return unit === 'ms' ? formatMs(value) : formatShare(value)
}
