/** The day so many months and days before another one (`2026-11-23`); the 31st of a shorter month is its last day. */
export function dayBefore(day: string, { months, days }: { months: number; days: number }): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 - months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(date, last) - days)
  const text = first.toISOString()
  // before the year 0 there is nothing to find
  return text.startsWith('-') ? '0000-01-01' : text.slice(0, 10)
}
