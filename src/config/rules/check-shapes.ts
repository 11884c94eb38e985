/** Shapes that a contract asks for, and whether a text has them. */
import { createContext, Script } from 'node:vm'

/** Longest value that a pattern is held against, in UTF-16 code units. */
const longestMatched = 20_000
const milliseconds = 100
const room = createContext(Object.create(null) as object)
const test = new Script('new RegExp(pattern, flags).test(text)')

/**
 * Whether a text has a shape: `/pattern/flags`, or a plain text that it must equal. Undefined where the pattern is no
 * regular expression, or takes longer than a tenth of a second: a pattern of the contract may not hang the check.
 */
export function hasShape(text: string, shape: string): boolean | undefined {
  const expression = /^\/(.*)\/([dgimsuvy]*)$/s.exec(shape)
  if (expression === null) return text === shape
  if (text.length > longestMatched) return undefined
  const [, pattern = '', flags = ''] = expression
  try {
    Object.assign(room, { pattern, flags: flags.replaceAll(/[gy]/g, ''), text })
    return test.runInContext(room, { timeout: milliseconds }) as boolean
  } catch {
    return undefined
  } finally {
    Object.assign(room, { text: '' })
  }
}

/** Nanoseconds; undefined where it is none. `1h30m`, `250ms`, `PT5M`; a bare number is in `unit`. */
export function durationOf(text: string, unit = 's'): number | undefined {
  const trimmed = text.trim()
  if (/^[+-]?\d+(?:\.\d+)?$/.test(trimmed)) return Number(trimmed) * (units[unit] ?? units['s']!)
  const iso = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(trimmed)
  if (iso !== null && trimmed.length > 2) {
    const [, days = 0, hours = 0, minutes = 0, seconds = 0] = iso
    return (
      (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1e9
    )
  }
  if (trimmed.length > 100 || !/^(?:\d+(?:\.\d+)?\s*[a-zµ]+\s*)+$/i.test(trimmed)) return undefined
  let sum = 0
  for (const [, count, name = ''] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([a-zµ]+)/gi)) {
    const size = units[name] ?? units[name.toLowerCase().replace(/(?<=...)s$/, '')]
    if (size === undefined) return undefined
    sum += Number(count) * size
  }
  return sum
}

const units: Record<string, number> = {
  ns: 1, us: 1e3, µs: 1e3, ms: 1e6, millisecond: 1e6, milli: 1e6, s: 1e9, sec: 1e9, second: 1e9, m: 6e10, min: 6e10,
  minute: 6e10, h: 3.6e12, hour: 3.6e12, d: 8.64e13, day: 8.64e13, w: 6.048e14, week: 6.048e14,
} // prettier-ignore

/** Bytes: `10MB` (decimal), `10MiB` (binary); a bare number is bytes. */
export function bytesOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])(i)?)?b?(?:ytes)?$/i.exec(text.trim())
  if (match === null) return undefined
  const power = match[2] === undefined ? 0 : 'kmgt'.indexOf(match[2].toLowerCase()) + 1
  return Number(match[1]) * (match[3] === undefined ? 1000 : 1024) ** power
}

/** A number as the rules `min`, `max`, `order` and `increasesAlong` compare it, in `unit` where one is told. */
export function quantityOf(text: string, unit?: string): number | undefined {
  const trimmed = text.trim()
  if (unit === 'bytes' || unit === 'byte') return bytesOf(trimmed)
  if (unit !== undefined && units[unit] !== undefined) {
    const nanoseconds = durationOf(trimmed, unit)
    return nanoseconds === undefined ? undefined : nanoseconds / units[unit]
  }
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : undefined
}
