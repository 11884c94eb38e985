import type { Random } from '../src/stats/random.ts'
import { mutateBytes } from './mutate-bytes.ts'

/** One random change of a JSON text: of its bytes, of a value, or of its depth. */
export function mutateJson(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  switch (random.integer(4)) {
    case 0:
      return mutateBytes(bytes, other, random)
    case 1:
      return nest(bytes, random)
    default:
      return replaceValue(bytes, random)
  }
}

/** As they stand in JSON; some are none. */
const replacements = String.raw`
null true false {} [] "" [[]] [null] [{}] {"a":1} , undefined NaN 'a' // 01 +1 .5 1.
0 -1 1.5 -0 1e3 1e999 -1e-999 9007199254740993 18446744073709551615 18446744073709551616
-9223372036854775809 99999999999999999999999999 "NaN" "Infinity" "-Infinity" "0x10" "1e3" "+1"
"\ud800" "\u0000" "\x" "SPAN_KIND_SERVER" "AAAA" {"__proto__":{"a":1}} {"key":"constructor"}
{"stringValueStrindex":3} ${'\u00ff'} "${'\u0001'}"
`
  .trim()
  .split(/\s+/)

/** Another value in the place of one: after a colon, a comma or the beginning of a list. */
function replaceValue(bytes: Uint8Array, random: Random): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  const starts = [...text.matchAll(/[:[,]/g)].map(({ index }) => index + 1)
  if (starts.length === 0) return bytes
  const start = starts[random.integer(starts.length)]!
  const rest = /^\s*(?:"(?:[^"\\]|\\.)*"|[^\s,\]}[{]+|[[{])/.exec(text.slice(start, start + 2000))
  const end = start + (rest?.[0].length ?? 0)
  const value = replacements[random.integer(replacements.length)]!
  return Buffer.from(text.slice(0, start) + value + text.slice(end), 'latin1')
}

function nest(bytes: Uint8Array, random: Random): Uint8Array {
  const depth = 1 + random.integer(1 << random.integer(random.integer(40) === 0 ? 14 : 10))
  const [begin, end] = [
    ['[', ']'],
    ['{"a":', '}'],
    ['{"arrayValue":{"values":[', ']}}'],
    ['{"kvlistValue":{"values":[{"key":"k","value":', '}]}}'],
  ][random.integer(4)]!
  const inside = random.integer(2) === 0 ? '{}' : '1'
  const close = random.integer(3) === 0 ? '' : end!.repeat(depth)
  const nested = begin!.repeat(depth) + inside + close
  const text = Buffer.from(bytes).toString('latin1')
  const positions = [...text.matchAll(/[:[,]/g)].map(({ index }) => index + 1)
  const position = positions[random.integer(positions.length || 1)] ?? 0
  return Buffer.from(`${text.slice(0, position)}${nested},${text.slice(position)}`, 'latin1')
}
