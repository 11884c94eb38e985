import type { ValueRule } from '../contract/config-contract.ts'
import { hostClass, hostOf, urlOf } from '../packs/hosts.ts'
import { bytesOf, durationOf, hasShape, quantityOf } from './check-shapes.ts'

/** What is wrong with a value, in words that do not hold it; `undecided`: the rule could not be applied. */
export interface ValueProblems {
  wrong: string[]
  undecided: string[]
}

/** Whether a rule asks anything of the value itself: `string` is true of any. */
export function needsValue(rule: ValueRule): boolean {
  const { type, values, min, max, matches, not, scheme, host, minBytes, maxBytes } = rule
  if (type !== undefined && !['string', 'list', 'enum'].includes(type)) return true
  return [values, min, max, matches, not, scheme, host, minBytes, maxBytes].some(
    (it) => it !== undefined,
  )
}

/** Holds a value against a rule: everything that is named must hold. */
export function valueProblems(value: string, rule: ValueRule): ValueProblems {
  const wrong: string[] = []
  const undecided: string[] = []
  const trimmed = value.trim()
  const { type, values, min, max, unit, matches, not, scheme, host, minBytes, maxBytes } = rule
  if (type !== undefined && !isOfType(trimmed, type)) wrong.push(`is not ${articled[type]}`)
  if (values !== undefined && !values.includes(value)) {
    const near = values.some((it) => it.toLowerCase() === trimmed.toLowerCase())
    wrong.push(
      near
        ? 'is one of the values only in other letters or with spaces'
        : 'is none of the values that may stand there',
    )
  }
  if (min !== undefined || max !== undefined) {
    const quantity = quantityOf(trimmed, unit)
    if (quantity === undefined) wrong.push(`is no number${unit === undefined ? '' : ` of ${unit}`}`)
    else if (min !== undefined && quantity < min)
      wrong.push(`is below ${min}${unit === undefined ? '' : ` ${unit}`}`)
    else if (max !== undefined && quantity > max)
      wrong.push(`is above ${max}${unit === undefined ? '' : ` ${unit}`}`)
  }
  for (const [shape, wanted] of [
    [matches, true],
    [not, false],
  ] as const) {
    if (shape === undefined) continue
    const has = hasShape(value, shape)
    if (has === undefined) undecided.push('its pattern is no regular expression, or takes too long')
    else if (has !== wanted)
      wrong.push(
        wanted ? 'does not have the shape that is asked for' : 'has a shape that it may not have',
      )
  }
  if (scheme !== undefined) {
    const found = urlOf(trimmed)?.scheme ?? /^([a-z][\w+.-]*):/i.exec(trimmed)?.[1]?.toLowerCase()
    if (found === undefined) wrong.push('has no URL scheme')
    else if (!scheme.some((it) => it.replace(/:(\/\/)?$/, '').toLowerCase() === found))
      wrong.push('has another URL scheme')
  }
  if (host !== undefined) {
    const found =
      urlOf(trimmed)?.host ??
      hostOf(trimmed) ??
      (/^[\w-]+(:\d+)?$/.test(trimmed) ? trimmed.replace(/:.*/, '') : undefined)
    if (found === undefined || found === '') wrong.push('has no host')
    else if (!host.some((it) => isHost(found, it)))
      wrong.push('has a host that may not stand there')
  }
  const bytes = Buffer.byteLength(trimmed)
  if (minBytes !== undefined && bytes < minBytes) wrong.push(`is shorter than ${minBytes} bytes`)
  if (maxBytes !== undefined && bytes > maxBytes) wrong.push(`is longer than ${maxBytes} bytes`)
  return { wrong, undecided }
}

const articled = {
  string: 'a text',
  boolean: 'a truth value',
  integer: 'a whole number',
  number: 'a number',
  url: 'a URL',
  enum: 'one of the values',
  list: 'a list',
  json: 'valid JSON',
  duration: 'a duration',
} as const

/** Whether a text can stand for a type; `list` and `string` are any text. */
export function isOfType(text: string, type: NonNullable<ValueRule['type']>): boolean {
  switch (type) {
    case 'boolean':
      return /^(true|false|1|0|yes|no|on|off|enabled|disabled)$/i.test(text)
    case 'integer':
      return /^[+-]?\d+$/.test(text)
    case 'number':
      return quantityOf(text) !== undefined || bytesOf(text) !== undefined
    case 'url': {
      const url = urlOf(text)
      return (
        (url !== undefined && (url.host !== '' || url.path !== '')) ||
        /^(data|mailto|sqlite|file|jdbc):\S/i.test(text)
      )
    }
    case 'json':
      return isJson(text)
    case 'duration':
      return durationOf(text) !== undefined
    case 'string':
    case 'enum':
    case 'list':
    default:
      return true
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function isHost(host: string, wanted: string): boolean {
  const kind = hostClass(host)
  if (wanted === 'public') return kind === 'public'
  if (wanted === 'private') return kind === 'loopback' || kind === 'private'
  const name = wanted.toLowerCase()
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name
}
