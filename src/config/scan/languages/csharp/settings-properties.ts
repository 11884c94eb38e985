/** Classes whose properties are the settings of a section. */
import type { FileFacts } from '../../file-facts.ts'
import { literalAt, typeNamed } from '../curly/around.ts'
import { splitRange } from '../curly/calls.ts'
import type { CurlyFile } from '../curly/curly-file.ts'
import type { ClassScope } from '../curly/scopes.ts'
import type { Token } from '../curly/tokens.ts'

const maxNesting = 4

/** `public int Port { get; set; } = 80;`, and the properties of classes in the same file that are their types. */
export function propertiesOf(
  file: CurlyFile,
  scope: ClassScope,
  prefix: string,
  depth: number,
  facts: FileFacts,
  schema = scope.name,
): void {
  const { tokens } = file
  const add = (at: number, type: string[], value?: number): void => {
    const name = tokens[at]!.text
    const inner = file.classes.find(
      (one) => one !== scope && one.name === type.at(-1) && one.kind === 'class',
    )
    const many =
      type.slice(0, -1).some((word) => typeNamed(word) === 'list' || word.endsWith('Dictionary')) ||
      (tokens[at - 1]?.text === ']' && tokens[at - 2]?.text === '[')
    const separator = many ? '__*__' : '__'
    if (inner && depth < maxNesting) {
      propertiesOf(file, inner, `${prefix}${name}${separator}`, depth + 1, facts, schema)
      return
    }
    if (facts.fields.length >= 5000) return
    const known = type.map(typeNamed).find(Boolean)
    const isRequired = type.includes('required')
    const standIn =
      value === undefined ? undefined : literalAt(tokens, { start: value, end: value + 2 }, false)
    const { line, column } = tokens[at]!
    const made =
      value !== undefined && tokens[value]?.text === 'new' ? tokens[value + 1] : undefined
    const nested = made?.kind === 'name' ? made.text : type.at(-1)!
    const isClass = /^[A-Z]/.test(nested) && typeNamed(nested) === undefined
    facts.fields.push({
      schema,
      key: prefix + name,
      line,
      column,
      ...(isClass && { of: [nested], separator }),
      ...(known && { type: known }),
      ...(isRequired && { required: true }),
      ...(standIn?.literal !== undefined && { default: standIn }),
    })
  }
  if (scope.kind === 'record' && scope.header)
    for (const part of splitRange(tokens, scope.header, ',')) {
      const words = tokens.slice(part.start, part.end).filter((token) => token.kind === 'name')
      const equals = tokens.slice(part.start, part.end).findIndex((token) => token.text === '=')
      const end = equals < 0 ? part.end : part.start + equals
      if (words.length >= 2 && tokens[end - 1]?.kind === 'name')
        add(
          end - 1,
          words.slice(0, -1).map((word) => word.text),
          equals < 0 ? undefined : end + 1,
        )
    }
  for (let at = scope.body.start; at < scope.body.end; at++) {
    const open = tokens[at]!
    if (open.text !== '{' || open.match < at) continue
    if (isSettable(tokens, at) && tokens[at - 1]?.kind === 'name') {
      let start = at - 1
      const array = tokens[at - 2]?.text === ']' && tokens[at - 3]?.text === '['
      if (array) start -= 2
      while (start > scope.body.start && !/^[;{}\]]$/.test(tokens[start - 1]!.text)) start--
      const type = tokens
        .slice(start, at - 1)
        .flatMap((token) => (token.kind === 'name' && token.text !== 'public' ? [token.text] : []))
      const value = tokens[open.match + 1]?.text === '=' ? open.match + 2 : undefined
      if (type.length > 0 && !type.includes('static')) add(at - 1, type, value)
    }
    at = open.match
  }
}

/** `{ get; set; }`, with bodies too. */
function isSettable(tokens: readonly Token[], open: number): boolean {
  const close = tokens[open]!.match
  let gets = false
  for (let at = open + 1; at < close; at++) {
    const { text, match } = tokens[at]!
    if (text === 'get') gets = true
    else if (
      gets &&
      (text === 'set' || text === 'init') &&
      /^[{;}]$|^=>$/.test(tokens[at + 1]!.text)
    )
      return true
    else if (at === open + 1 && !/^(?:get|set|init|\[|public|protected|internal)$/.test(text))
      return false
    if (match > at) at = match
  }
  return false
}
