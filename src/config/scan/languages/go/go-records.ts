/** Fields of structs that are written out. */
import type { Node } from 'web-tree-sitter'

/** Names of a struct's fields, in order. */
export function structFields(type: Node | null | undefined): string[] {
  const list = type?.type === 'struct_type' ? type.namedChildren[0] : undefined
  return (list?.namedChildren ?? []).flatMap((field) =>
    field.type === 'field_declaration'
      ? field.childrenForFieldName('name').map((name) => name?.text ?? '')
      : [],
  )
}

/** The type of what a slice, array or map holds. */
export function elementType(list: Node): Node | null {
  const type = list.childForFieldName('type')
  let inner = type?.childForFieldName(type.type === 'map_type' ? 'value' : 'element') ?? null
  if (inner?.type === 'pointer_type') inner = inner.namedChild(0)
  return inner
}

/** What one field is given; null where the struct is written without it, undefined where nobody can tell. */
export function fieldOf(
  element: Node | null,
  field: string,
  order: readonly string[],
): Node | null | undefined {
  let record = element
  if (record?.type === 'literal_element') record = record.namedChild(0)
  if (record?.type === 'unary_expression') record = record.childForFieldName('operand')
  const body = record?.type === 'literal_value' ? record : record?.childForFieldName('body')
  if (!body) return undefined
  const parts = body.namedChildren.filter((one) => one.type !== 'comment')
  if (parts.some((one) => one.type === 'keyed_element')) {
    const found = parts.find((one) => one.namedChild(0)?.text === field)
    return found?.namedChild(1)?.namedChild(0) ?? null
  }
  const at = order.indexOf(field)
  return at < 0 ? undefined : (parts[at]?.namedChild(0) ?? null)
}
