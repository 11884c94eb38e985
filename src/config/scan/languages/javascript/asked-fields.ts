/**
 * Fields that the environment is asked by, of records that a function is handed: `process.env[entry.nameKey]`, and
 * `entry.flags.some((flag) => process.env[flag])`. The keys are what the file's own records write in those fields.
 */
import type { FactUse } from '../../file-facts.ts'
import type { FileScan } from './file-scan.ts'

const mostTexts = 2000

/** After the walk: uses whose key is a field of a parameter become reads of what stands in that field. */
export function askedFields(scan: FileScan, text: string): void {
  const { facts } = scan
  const parameters = new Set(
    facts.symbols.flatMap((it) => (it.meaning.is === 'parameter' ? [it.name] : [])),
  )
  const known = new Map<string, string[]>()
  const left: FactUse[] = []
  for (const use of facts.uses) {
    const [owner = '', field = ''] = use.keyOf ?? []
    const asked = use.path.length === 0 && use.keyOf?.length === 2 && parameters.has(owner)
    const keys = asked ? (known.get(field) ?? textsOf(text, field)) : []
    if (asked) known.set(field, keys)
    if (keys.length === 0) left.push(use)
    const { line, column } = use
    for (const key of keys) facts.reads.push({ key, tier: 'alias', line, column, via: field })
  }
  facts.uses = left
}

/** Texts that look like keys, where all that stands in the field does: `field: 'KEY'`, `field: ['KEY', 'OTHER']`. */
function textsOf(text: string, field: string): string[] {
  if (!/^[A-Za-z_$][\w$]*$/.test(field)) return []
  const written = new RegExp(
    `(?<![\\w$.])["']?${field.replaceAll('$', '\\$')}["']?:\\s*(?:\\[([^\\[\\]]{0,2000})\\]|["'\`]([^"'\`\\n]{0,200})["'\`])`,
    'g',
  )
  const texts: string[] = []
  for (const [, list, one] of text.matchAll(written)) {
    const inside =
      list === undefined ? [one!] : [...list.matchAll(/["'`]([^"'`\n]*)["'`]/g)].map((it) => it[1]!)
    texts.push(...inside)
    if (texts.length > mostTexts) break
  }
  return texts.every((it) => /^_*[A-Z][A-Z0-9_]+$/.test(it)) ? [...new Set(texts)] : []
}
