import { readFileSync } from 'node:fs'
import { AftergreenError } from '../../errors.ts'
import { lineOf, lineOfSyntaxError } from './json-lines.ts'

/** What one row, and all senders together, may bring. Described in docs/limits.md. */
export interface Limits {
  /** Bytes of an attribute value, status message, name, or the attributes of one event, link or exemplar. */
  valueBytes: number
  /** Bytes of the body of a log record. */
  bodyBytes: number
  /** Bytes of an attribute key. */
  keyBytes: number
  /** Attributes of one row, and of one resource and scope. */
  attributes: number
  /** Events, and links, of one span. */
  events: number
  links: number
  /** Distinct attribute keys in an hour, of all senders and of one service. */
  keys: number
  keysPerService: number
  /** Distinct service names in an hour. */
  services: number
  /** Distinct names of spans, metrics and log events in an hour, of one service and of all. */
  namesPerService: number
  names: number
}

export type LimitName = keyof Limits

export const defaultLimits: Readonly<Limits> = {
  valueBytes: 64 * 1024,
  bodyBytes: 1024 * 1024,
  keyBytes: 256,
  attributes: 512,
  events: 1024,
  links: 256,
  keys: 5000,
  keysPerService: 1250,
  services: 5000,
  namesPerService: 10_000,
  names: 200_000,
}

export const limitNames = Object.keys(defaultLimits) as readonly LimitName[]

/** Smallest and largest values that make sense: what does not fit is cut, counted or renamed, never refused. */
const ranges: Readonly<Record<LimitName, readonly [number, number]>> = {
  valueBytes: [64, 16 * 2 ** 20],
  bodyBytes: [64, 64 * 2 ** 20],
  keyBytes: [64, 64 * 1024],
  attributes: [8, 10_000],
  events: [0, 100_000],
  links: [0, 100_000],
  keys: [10, 1_000_000],
  keysPerService: [1, 1_000_000],
  services: [1, 1_000_000],
  namesPerService: [1, 1_000_000],
  names: [1, 4_000_000],
}

/** @throws LIMITS_FILE with the line */
export function readLimitsFile(path: string): Limits {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new AftergreenError('LIMITS_FILE', `The limits file ${path} cannot be read.`, {
      hint: 'AFTERGREEN_LIMITS names a JSON file such as {"keys": 10000}.',
      cause: error,
    })
  }
  return parseLimits(text, path)
}

/** @param name of the file, for messages */
export function parseLimits(text: string, name: string): Limits {
  const refuse = (line: number, problem: string): never => {
    throw new AftergreenError('LIMITS_FILE', `${name}, line ${line}: ${problem}.`, {
      hint: 'docs/limits.md lists the limits, for example {"keys": 10000, "valueBytes": 131072}.',
    })
  }
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch (error) {
    return refuse(lineOfSyntaxError(text, error), 'this is not JSON')
  }
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    return refuse(1, 'the file is not a JSON object')
  }
  const limits: Limits = { ...defaultLimits }
  for (const [field, value] of Object.entries(file) as [string, unknown][]) {
    const known = limitNames.find((limit) => limit === field)
    if (known === undefined) {
      return refuse(
        lineOf(text, field),
        `"${field}" is no limit; these are: ${limitNames.join(', ')}`,
      )
    }
    const [least, most] = ranges[known]
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      return refuse(
        lineOf(text, field),
        `"${field}" is not a whole number from ${least} to ${most}`,
      )
    }
    limits[known] = value
  }
  return limits
}
