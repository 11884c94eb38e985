/**
 * Parses JSON whose integers may be larger than a number can hold: those come back as decimal strings, all others as
 * numbers.
 */
export function parseExactJson(text: string): unknown {
  // a reviver is called for every value: only where a long run of digits occurs at all
  return /\d{16}/.test(text) ? JSON.parse(text, exact as Reviver) : JSON.parse(text)
}

type Reviver = (key: string, value: unknown) => unknown

function exact(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const { source } = context
  return source !== undefined && /^-?\d+$/.test(source) ? source : value
}
