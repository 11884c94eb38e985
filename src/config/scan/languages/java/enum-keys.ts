import type { FileFacts } from '../../file-facts.ts'
import { splitRange } from '../curly/calls.ts'
import type { CurlyFile } from '../curly/curly-file.ts'
import { isKey } from '../curly/key-expression.ts'

/**
 * An enum that looks itself up: `enum Key { DB_URL("DB_URL", "x"); ... getenv(name) }`: every constant's first text is a
 * key, or its own name where the lookup says `name()`.
 */
export function enumKeys(file: CurlyFile, facts: FileFacts): void {
  const { tokens } = file
  for (const scope of file.classes) {
    if (scope.kind !== 'enum') continue
    const inside = facts.dynamic.filter((one) => {
      const from = tokens[scope.body.start]
      const to = tokens[scope.body.end]
      return from && to && one.line >= from.line && one.line <= to.line
    })
    const lookup = inside.find((one) => /getenv/.test(one.text))
    if (!lookup) continue
    const byName = /name\(\)|\(name\)/.test(lookup.text)
    let end = scope.body.start
    while (end < scope.body.end && tokens[end]!.text !== ';')
      end = tokens[end]!.match > end ? tokens[end]!.match + 1 : end + 1
    const found = facts.reads.length
    for (const part of splitRange(tokens, { start: scope.body.start, end }, ',')) {
      const name = tokens[part.start]
      if (name?.kind !== 'name') continue
      const given = tokens[part.start + 1]?.text === '(' ? tokens[part.start + 2] : undefined
      const key = given?.kind === 'string' ? given.text : byName ? name.text : undefined
      if (!key || !isKey(key)) continue
      facts.reads.push({
        key,
        tier: 'accessor',
        line: name.line,
        column: name.column,
        via: scope.name,
      })
    }
    if (facts.reads.length > found) facts.dynamic = facts.dynamic.filter((one) => one !== lookup)
  }
}
