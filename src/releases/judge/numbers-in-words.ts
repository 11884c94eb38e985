/** 0.0123 -> `1.2 %`; small shares keep two digits that matter. */
export function percent(share: number): string {
  const value = share * 100
  if (value === 0) return '0 %'
  if (value >= 99.95) return '100 %'
  const digits = value >= 10 ? 0 : value >= 1 ? 1 : Math.min(4, 1 - Math.floor(Math.log10(value)))
  return `${value.toFixed(digits)} %`
}

/** 6.1234 -> `6.1 ms`, 250 -> `250 ms`, 2500 -> `2.5 s`. */
export function millis(value: number): string {
  if (value >= 999_500) return `${Math.round(value / 1000).toLocaleString('en-US')} s`
  if (value >= 999.5) return `${(value / 1000).toPrecision(3)} s`
  return `${value >= 99.5 ? Math.round(value) : value.toPrecision(2)} ms`
}

/** 4.1234 -> `4.1`, 41.2 -> `41`, 1234 -> `1,234`. */
export function times(ratio: number): string {
  if (ratio >= 10) return Math.round(ratio).toLocaleString('en-US')
  return ratio.toFixed(ratio >= 3 ? 1 : 2)
}

/** 1 -> `1 request`, 20345 -> `20,345 requests`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`
}

/** An estimate, with two digits: 1 -> `1 request`, 20345 -> `20,000 requests`. */
export function roughly(n: number, noun: string): string {
  return count(Number(n.toPrecision(2)), noun)
}

/** Seconds as a person would say them: `40 s`, `12 min`, `3 h`, `2 days`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86400)} days`
}
