/** Fields of records that are written out: dictionaries, calls of classes, and the members of enums. */
import type { Node } from 'web-tree-sitter'
import type { Frame } from '../shared/frames.ts'

const maxRecords = 300

/** What one field of a record is given; null where the record has no such field, undefined where nobody can tell. */
export function fieldOf(
  record: Node | null,
  field: string,
  classes: ReadonlyMap<string, Node>,
): Node | null | undefined {
  if (record?.type === 'dictionary') {
    for (const pair of record.namedChildren) {
      const key = pair.childForFieldName('key')
      if (key?.type === 'string' && key.text.slice(1, -1) === field)
        return pair.childForFieldName('value')
    }
    return null
  }
  if (record?.type !== 'call') return undefined
  const given = record.childForFieldName('arguments')?.namedChildren ?? []
  for (const one of given)
    if (one.type === 'keyword_argument' && one.childForFieldName('name')?.text === field)
      return one.childForFieldName('value')
  const definition = classes.get(record.childForFieldName('function')?.text ?? '')
  if (!definition) return undefined
  const at = fieldNames(definition).indexOf(field)
  return (at < 0 ? undefined : given.filter((one) => one.type !== 'keyword_argument')[at]) ?? null
}

/** In the order in which a call gives them: of `__init__`, or of the annotated fields. */
function fieldNames(definition: Node): string[] {
  const body = definition.childForFieldName('body')?.namedChildren ?? []
  for (const one of body) {
    const method = one.type === 'decorated_definition' ? one.childForFieldName('definition') : one
    if (method?.childForFieldName('name')?.text !== '__init__') continue
    return (method.childForFieldName('parameters')?.namedChildren ?? [])
      .slice(1)
      .map((it) => (it.childForFieldName('name') ?? it.namedChild(0) ?? it).text)
  }
  return assignmentsIn(definition)
    .filter((one) => one.childForFieldName('type'))
    .map((one) => one.childForFieldName('left')?.text ?? '')
}

/** Values of a class's own names, or of one of them. */
export function memberValues(definition: Node | undefined, name?: string): Node[] {
  if (!definition) return []
  return assignmentsIn(definition).flatMap((one) => {
    const value = one.childForFieldName('right')
    return value && (name === undefined || one.childForFieldName('left')?.text === name)
      ? [value]
      : []
  })
}

export const isEnum = (definition: Node | undefined): boolean =>
  /Enum\b/.test(definition?.childForFieldName('superclasses')?.text ?? '')

function assignmentsIn(definition: Node): Node[] {
  return (definition.childForFieldName('body')?.namedChildren ?? [])
    .slice(0, maxRecords)
    .flatMap((one) => {
      const inner = one.type === 'expression_statement' ? one.namedChild(0) : one
      return inner?.type === 'assignment' ? [inner] : []
    })
}

/** The elements of a list, or the values of a dictionary. */
export function recordsIn(node: Node): Node[] | undefined {
  if (!['list', 'tuple', 'set', 'dictionary'].includes(node.type)) return undefined
  return node.namedChildren.slice(0, maxRecords).flatMap((one) => {
    if (one.type === 'comment') return []
    const value = one.type === 'pair' ? one.childForFieldName('value') : one
    return value ? [value] : []
  })
}

/** `fields(cls)` of a data class: the names of its fields. */
export function dataFields(given: Node, from: Frame, classes: ReadonlyMap<string, Node>): string[] {
  let own = classes.get(given.text)
  if (/^(cls|self|__class__|type\(self\))$/.test(given.text))
    for (let frame: Frame | undefined = from; frame && !own; frame = frame.parent)
      if (frame.kind === 'class') own = frame.node
  return own ? fieldNames(own) : []
}
