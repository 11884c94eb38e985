/**
 * The highest level of each key from what `config coverage --json` prints: `{keys: [{key, level}]}`, with `C3` or `3`.
 * undefined = the text is not of that form.
 */
export function coverageLevels(text: string): ReadonlyMap<string, number> | undefined {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return undefined
  }
  const keys = isRecord(document) ? document['keys'] : undefined
  if (!Array.isArray(keys)) return undefined
  const levels = new Map<string, number>()
  for (const item of keys as unknown[]) {
    const { key, level } = isRecord(item) ? item : {}
    const reached = /^C?([0-5])$/.exec(String(level))?.[1]
    if (typeof key !== 'string' || reached === undefined) return undefined
    levels.set(key, Math.max(Number(reached), levels.get(key) ?? 0))
  }
  return levels
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
