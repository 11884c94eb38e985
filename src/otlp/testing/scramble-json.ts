import type { Below } from './scramble.ts'

/**
 * Writes OTLP/JSON in another way that means the same: fields in another order, unknown fields and nulls among them,
 * escaped letters, white space, 64-bit integers as numbers, identifiers in the other case.
 * @param json an export request
 */
export function scrambleJson(json: string, random: Below): string {
  return write(JSON.parse(json), '', random)
}

function write(value: unknown, name: string, random: Below): string {
  const blank = [' ', '\n\t', '', '', ''][random(5)]!
  if (typeof value === 'string') return blank + writeText(value, name, random)
  if (typeof value !== 'object' || value === null) return blank + JSON.stringify(value)
  if (Array.isArray(value)) {
    return `${blank}[${value.map((item) => write(item, name, random)).join(',')}${blank}]`
  }
  const entries = Object.entries(value)
  const fields = entries.map(
    ([key, content]) => `${writeText(key, '', random)}${blank}:${write(content, key, random)}`,
  )
  if (random(4) === 0) fields.push(`"unknown${random(100)}":{"a":[1,"]}",{"b":null}]}`)
  if (random(4) === 0) fields.push(`"dropped${random(9)}":${'9'.repeat(1 + random(30))}`)
  return `${blank}{${shuffled(fields, random).join(',')}}`
}

const is64Bit = /(?:UnixNano|^intValue|^asInt|^count|^zeroCount|^bucketCounts)$/

function writeText(text: string, name: string, random: Below): string {
  if (is64Bit.test(name) && random(2) === 0) return text
  if (/^(?:trace|span|parentSpan)Id$/.test(name) && random(2) === 0) {
    return JSON.stringify(text.toLowerCase())
  }
  if (random(3) !== 0) return JSON.stringify(text)
  const units = Array.from({ length: text.length }, (_, i) => {
    const code = text.charCodeAt(i).toString(16).padStart(4, '0')
    return random(3) === 0 ? JSON.stringify(text[i]).slice(1, -1) : `\\u${code}`
  })
  return `"${units.join('')}"`
}

function shuffled<T>(items: readonly T[], random: Below): T[] {
  const left = [...items]
  return items.map(() => left.splice(random(left.length), 1)[0]!)
}
