/** What the value of an expression means to other code. */
import type { Meaning } from '../../file-facts.ts'
import type { FileScan } from './file-scan.ts'
import { fillingOf } from './fillings.ts'
import { listKeys } from './key-names-in.ts'
import { keyName, recordsOf } from './object-literals.ts'
import { fieldOf, type LiftedNode, literalText, operatorOf, unwrap } from './lifted-node.ts'
import { pathOf } from './paths.ts'
import { schemaOf } from './schemas.ts'
import type { Scope } from './scope.ts'

const functions = new Set([
  'function_declaration', 'generator_function_declaration', 'arrow_function', 'function_expression', 'method_definition',
  'function', 'generator_function',
]) // prettier-ignore

const envName = /^_*[A-Z][A-Z0-9]*_[A-Z0-9_]+$/

export const isFunction = (node: LiftedNode): boolean => functions.has(node.type)
export const isClass = (node: LiftedNode): boolean =>
  ['class_declaration', 'class', 'abstract_class_declaration', 'class_expression'].includes(
    node.type,
  )

/** Symbol of a function or class, whatever its names are. */
export const placeSymbol = (node: LiftedNode): string =>
  `${isClass(node) ? 'class' : 'function'}@${node.start}`

export function meaningOf(
  scan: FileScan,
  given: LiftedNode | undefined,
  scope: Scope,
  depth = 0,
): Meaning | undefined {
  if (given === undefined || depth > 8) return undefined
  const node = unwrap(given)
  if (isFunction(node) || isClass(node)) return { is: 'same', of: [placeSymbol(node)] }
  const text = literalText(node)
  if (text !== undefined)
    return /^[A-Za-z_][\w.-]*$/.test(text) ? { is: 'text', texts: [text] } : undefined
  switch (node.type) {
    case 'call_expression': {
      const filled = fillingOf(scan, node, scope)
      if (filled !== undefined) {
        scan.understood.add(node)
        return { is: 'same', of: filled }
      }
      const frozen = fieldOf(node, 'function')?.text
      if (
        frozen === 'Object.freeze' ||
        frozen === 'defineConfig' ||
        /^React\.(memo|forwardRef)$/.test(frozen ?? '')
      ) {
        return meaningOf(scan, fieldOf(node, 'arguments')?.children[0], scope, depth + 1)
      }
      const path = pathOf(node, scope)
      if (path?.length === 0) return { is: 'environment' }
      const schema = schemaOf(scan, node, scope)
      if (schema !== undefined) return { is: 'same', of: schema }
      return path === undefined ? undefined : { is: 'same', of: path }
    }
    case 'object': {
      const path = pathOf(node, scope)
      if (path?.length === 0) return { is: 'environment' }
      const schema = schemaOf(scan, node, scope)
      if (schema !== undefined) return { is: 'same', of: schema }
      return objectMeaning(scan, node, scope, depth)
    }
    case 'array': {
      const { keys } = listKeys(node, scope, undefined)
      return keys.length > 0 ? { is: 'text', texts: keys } : recordsMeaning(node, scope)
    }
    case 'binary_expression':
      if (operatorOf(node) === '+') return undefined
      break
  }
  const path = pathOf(node, scope)
  if (path === undefined) return undefined
  return path.length === 0 ? { is: 'environment' } : { is: 'same', of: path }
}

function objectMeaning(
  scan: FileScan,
  node: LiftedNode,
  scope: Scope,
  depth: number,
): Meaning | undefined {
  const members: Record<string, Meaning> = Object.create(null)
  let count = 0
  for (const pair of node.children) {
    const name = keyName(pair)
    if (name === undefined || name === '__proto__') continue
    const meaning: Meaning | undefined =
      pair.type === 'method_definition'
        ? { is: 'same', of: [placeSymbol(pair)] }
        : meaningOf(
            scan,
            pair.type === 'shorthand_property_identifier' ? asName(pair) : fieldOf(pair, 'value'),
            scope,
            depth + 1,
          )
    if (meaning === undefined || count++ > 500) continue
    members[name] = meaning
  }
  const lists = recordsMeaning(node, scope)
  if (lists !== undefined) Object.assign(members, lists.members)
  return count > 0 || lists !== undefined ? { is: 'object', members } : undefined
}

/** What other files may loop over: the names and values of an object, and the fields of its records. */
function recordsMeaning(
  node: LiftedNode,
  scope: Scope,
): Extract<Meaning, { is: 'object' }> | undefined {
  const members: Record<string, Meaning> = Object.create(null)
  const put = (name: string, text: string | undefined): void => {
    if (text === undefined || !envName.test(text)) return
    const known = members[name]
    if (known === undefined) members[name] = { is: 'text', texts: [text] }
    else if (known.is === 'text' && known.texts.length < 2000) known.texts.push(text)
  }
  for (const it of node.type === 'object' ? node.children : []) {
    put('[].$keys', keyName(it))
    put('[].$values', literalText(fieldOf(it, 'value')))
  }
  for (const record of recordsOf(node, scope) ?? [])
    if (record.type === 'object')
      for (const it of record.children.slice(0, 30))
        put(`[].${keyName(it) ?? ''}`, literalText(fieldOf(it, 'value')))
  return Object.keys(members).length > 0 ? { is: 'object', members } : undefined
}

/** The name of `{ name }` is an expression too. */
export const asName = (shorthand: LiftedNode): LiftedNode => ({ ...shorthand, type: 'identifier' })
