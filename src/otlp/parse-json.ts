import { malformed, tooLarge } from './malformed.ts'

/** Attribute values may nest 100 deep, each level up to four of JSON; the rest of a request about 20. */
const maxJsonDepth = 450
/** An object of two bytes takes 50 or more when it is parsed. */
const maxJsonParts = 4_000_000

/** Parses a body; integers too large for a JavaScript number come out as decimal strings. */
export function parseJson(body: Uint8Array): unknown {
  assertModest(body)
  try {
    const text = decoder.decode(body)
    return hasLargeInteger.test(text) ? JSON.parse(text, exactInteger) : JSON.parse(text)
  } catch {
    throw malformed('it is not valid JSON in UTF-8')
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

// Also true for some strings, which costs time and nothing else.
const hasLargeInteger = /[:[,]\s*-?\d{16}/

function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isLarge =
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  const source = context?.source ?? ''
  return isLarge && /^-?\d+$/.test(source) ? source : value
}

/** Deep nesting and many small objects would cost memory far beyond the size of the body. */
function assertModest(body: Uint8Array): void {
  let depth = 0
  let parts = 0
  let inString = false
  for (let i = 0; i < body.length; i++) {
    const byte = body[i]!
    if (inString) {
      if (byte === backslash) i++
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (byte === openBrace || byte === openBracket) {
      if (++depth > maxJsonDepth) throw malformed('it is nested too deeply')
      if (++parts > maxJsonParts) throw tooLarge('it has too many parts')
    } else if (byte === closeBrace || byte === closeBracket) depth--
  }
}

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = [
  34, 92, 91, 93, 123, 125,
]
