import type { Declaration } from './declaration.ts'
import { declaration, isDeclaredName, maxDeclarations, plainValue } from './declaring.ts'

const line = /^[ \t]*(#*)[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=(.*)$/

/** A dotenv file that is copied, or `.env.schema`; a key that is commented out counts. */
export function sampleDeclarations(path: string, text: string): Declaration[] {
  const isSchema = path.endsWith('.env.schema')
  const found: Declaration[] = []
  let comments: string[] = []
  let inQuotes = ''
  for (const [index, raw] of text.split('\n').entries()) {
    if (found.length >= maxDeclarations) break
    if (inQuotes) {
      if (raw.includes(inQuotes)) inQuotes = ''
      continue
    }
    const match = raw.length > 20_000 ? null : line.exec(raw)
    const [, hash = '', key = '', value = ''] = match ?? []
    const isKey = match && (hash ? isDeclaredName(key) : /^[A-Za-z_]\w*$/.test(key))
    if (!isKey) {
      const comment = /^[ \t]*#+[ \t]?(.*)$/.exec(raw)?.[1]
      if (comment === undefined || /^[-=#*\s]*$/.test(comment)) comments = []
      else if (comments.length < 20) comments.push(comment)
      continue
    }
    const about = comments.join(' ')
    const required = /@required\b/.test(about)
      ? true
      : /@optional\b/.test(about)
        ? false
        : undefined
    found.push(
      declaration(path, isSchema ? 'schema' : 'sample', key, index + 1, {
        example: plainValue(value),
        comment: about,
        ...(isSchema && { required }),
      }),
    )
    // what is said of several keys stands before the first
    comments = []
    const opened = /^[ \t]*(["'`])(?!.*\1)/.exec(value)
    if (opened && !hash && text.includes(opened[1]!)) inQuotes = opened[1]!
  }
  return found
}
