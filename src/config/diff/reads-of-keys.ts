import type { KeyRead } from '../key-read.ts'

/** Templates that are held against each key; a repository has tens of them. */
const mostTemplates = 500

/** Gives the reads of a key, those of templates that fit it (`DB_*_URL`) among them; tests left out. */
export function readsOfKeys(reads: readonly KeyRead[]): (key: string) => readonly KeyRead[] {
  const live = reads.filter(({ phase }) => phase !== 'test')
  const exact = Map.groupBy(
    live.filter(({ template }) => !template),
    ({ key }) => key,
  )
  const templates = Map.groupBy(
    live.filter(({ template }) => template),
    ({ key }) => key,
  )
  const patterns = [...templates].slice(0, mostTemplates).map(([template, all]) => ({
    parts: template.split('*'),
    reads: all,
  }))
  return (key) => {
    const own = exact.get(key) ?? []
    const fitting = patterns.filter(({ parts }) => fits(key, parts)).flatMap((it) => it.reads)
    return fitting.length === 0 ? own : [...own, ...fitting]
  }
}

/** Linear: the parts stand in the key in this order, the first at its start, the last at its end. */
function fits(key: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (!key.startsWith(first) || !key.endsWith(last) || key.length < first.length + last.length) {
    return false
  }
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = key.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= key.length - last.length
}

/** What the code makes of a key that is not set. */
export interface AbsentKey {
  /** The one default that all reads agree on. */
  default?: { literal: string; read: KeyRead }
  /** A default that is not a literal, or several that disagree. */
  unclear: boolean
  /** Set to nothing is the same as not set, wherever it is read. */
  emptyIsUnset: boolean
  required: boolean
}

export function absentKey(reads: readonly KeyRead[]): AbsentKey {
  const exact = reads.filter(({ template }) => !template)
  const given = exact.filter((read) => read.default !== undefined)
  const literals = new Set(given.map((read) => read.default?.literal))
  const read = given[0]
  const literal = read?.default?.literal
  const agreed = literals.size === 1 && literal !== undefined && read !== undefined
  return {
    // a read without any default sees nothing where others see theirs
    ...(agreed && given.length === exact.length ? { default: { literal, read } } : {}),
    unclear: given.length > 0 && !(agreed && given.length === exact.length),
    emptyIsUnset: exact.length > 0 && exact.every((it) => it.default?.forEmpty === true),
    required: exact.some((it) => it.required === true),
  }
}
