import type { Node } from 'web-tree-sitter'
import type { PythonNames } from './python-names.ts'

const maxDepth = 8

/** `Config(env_prefix='APP_')`, `Env(prefix='APP_')`: what stands before the keys of an instance. */
export function prefixOf(
  names: PythonNames,
  node: Node | null | undefined,
  depth = 0,
): string | undefined {
  if (!node || depth > maxDepth) return undefined
  if (node.type === 'identifier') {
    const { bound = [] } = names.frames.lookUp(node.text) ?? {}
    const [only] = bound
    return bound.length === 1 && only?.how === 'value'
      ? prefixOf(names, only.node, depth + 1)
      : undefined
  }
  if (node.type !== 'call') return undefined
  for (const one of node.childForFieldName('arguments')?.namedChildren ?? []) {
    const name = one.childForFieldName('name')?.text ?? ''
    if (one.type !== 'keyword_argument' || !/^(env_|envvar_)?prefix$/i.test(name)) continue
    const [text] = names.texts(one.childForFieldName('value'))
    const prefix = text?.length === 1 && typeof text[0] === 'string' ? text[0] : undefined
    return prefix && /^envvar_/i.test(name) ? `${prefix}_` : prefix
  }
  return undefined
}
