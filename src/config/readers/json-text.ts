/** JSON with the line on which a text first stands in it. */
export interface JsonText {
  value: unknown
  lineOf: (text: string) => number
}

/** undefined = not valid JSON. */
export function parseJson(text: string): JsonText | undefined {
  let value: unknown
  try {
    value = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text)
  } catch {
    return undefined
  }
  let places: Map<string, number> | undefined
  return {
    value,
    lineOf: (wanted) => {
      places ??= linesOfTexts(text)
      return places.get(wanted) ?? 1
    },
  }
}

function linesOfTexts(text: string): Map<string, number> {
  const places = new Map<string, number>()
  let line = 1
  for (const match of text.matchAll(/\n|"([^"\\\n]{1,200})"/g)) {
    const [all, inner] = match
    if (all === '\n') line += 1
    else if (inner !== undefined && !places.has(inner)) places.set(inner, line)
  }
  return places
}

export function fieldOf(value: unknown, ...keys: (string | number)[]): unknown {
  let found = value
  for (const key of keys) {
    if (found === null || typeof found !== 'object' || !Object.hasOwn(found, key)) return undefined
    found = (found as Record<string | number, unknown>)[key]
  }
  return found
}

export function itemsOf(value: unknown, ...keys: (string | number)[]): unknown[] {
  const found = fieldOf(value, ...keys)
  return Array.isArray(found) ? found : []
}

export function stringOf(value: unknown, ...keys: (string | number)[]): string | undefined {
  const found = fieldOf(value, ...keys)
  if (typeof found === 'number' || typeof found === 'boolean') return String(found)
  return typeof found === 'string' ? found : undefined
}

export function pairsOf(value: unknown, ...keys: (string | number)[]): [string, unknown][] {
  const found = fieldOf(value, ...keys)
  return found !== null && typeof found === 'object' && !Array.isArray(found)
    ? Object.entries(found)
    : []
}
