/** Go: package os, struct tags, flags of command lines, viper and its like, and functions that look keys up. */
import type { Node } from 'web-tree-sitter'
import type { Collector, SourceFile } from '../../collector.ts'
import type { FileFacts } from '../../file-facts.ts'
import { FactsDraft } from '../shared/facts-draft.ts'
import { Frames, type Parameter } from '../shared/frames.ts'
import { literalOf, looksLikeKey } from '../shared/key-text.ts'
import { shallowNodes } from '../shared/shallow-nodes.ts'
import { GoLookups } from './go-lookups.ts'
import { goMatching, matchingTypes } from './go-matching.ts'
import { GoNames, packageName } from './go-names.ts'
import { elementType, structFields } from './go-records.ts'
import { GoSchemas } from './go-schemas.ts'
import { GoTags } from './go-tags.ts'

const nodeTypes = [
  'import_spec',
  'function_declaration',
  'method_declaration',
  'func_literal',
  'const_spec',
  'var_spec',
  'short_var_declaration',
  'assignment_statement',
  'range_clause',
  'type_spec',
  'keyed_element',
  'call_expression',
  'return_statement',
]

export const goCollector: Collector = {
  language: 'go',
  version: 5,
  takes: (path) => path.endsWith('.go'),
  grammar: () => 'go',
  mayMatter: (text) =>
    /Getenv|LookupEnv|ExpandEnv|Environ\b|\benv|EnvVar|Envar|viper|koanf|mapstructure|split_words|WithEnvVarPrefix|"_?[A-Z][A-Z0-9]*_[A-Z0-9_]+"/.test(
      text,
    ),
  collect,
}

function collect({ root, text }: SourceFile): FileFacts {
  const name = root?.descendantsOfType('package_clause')[0]?.namedChild(0)?.text
  const draft = new FactsDraft('go', name)
  if (!root) return draft.finish()
  const frames = new Frames(root)
  const names = new GoNames(frames)
  const tags = new GoTags(draft)
  const schemas = new GoSchemas(draft, names, text)
  const everything = text.includes('os.Environ()')
  const types = everything ? [...nodeTypes, ...matchingTypes] : nodeTypes
  const { nodes, tooDeep } = shallowNodes(root, types)
  for (const node of nodes) {
    declare(node, names, tags, draft)
    if (node.type === 'type_spec') schemas.declare(node)
  }
  const lookups = new GoLookups(draft, names, tags, schemas)
  for (const node of nodes) {
    frames.arrive(node)
    switch (node.type) {
      case 'function_declaration':
      case 'method_declaration':
      case 'func_literal':
        frames.again(node)
        break
      case 'call_expression':
        lookups.call(node)
        break
      case 'return_statement':
        lookups.returned(node)
        break
      case 'keyed_element':
        lookups.element(node)
        tableField(node, names, draft)
        break
      case 'const_spec':
      case 'var_spec':
        symbolOf(node, names, draft)
        break
      default:
    }
  }
  lookups.finish()
  if (everything) goMatching(nodes, names, draft)
  tags.collect()
  schemas.collect()
  draft.unparsed(root, 'Go', tooDeep)
  return draft.finish()
}

function declare(node: Node, names: GoNames, tags: GoTags, draft: FactsDraft): void {
  const { frames } = names
  frames.arrive(node)
  switch (node.type) {
    case 'import_spec': {
      const path = node.childForFieldName('path')?.text.slice(1, -1) ?? ''
      const name = node.childForFieldName('name')?.text ?? packageName(path)
      if (name === '_') return
      names.packages.set(name, path)
      draft.facts.imports.push({ name: name === '.' ? '*' : name, module: path, imported: '*' })
      return
    }
    case 'function_declaration':
    case 'method_declaration':
    case 'func_literal': {
      const name =
        node.type === 'func_literal' ? variableOf(node) : node.childForFieldName('name')?.text
      const receiver = node.childForFieldName('receiver')?.namedChild(0)
      const type = receiver?.childForFieldName('type')?.text.replace(/^\*/, '').replace(/\[.*$/, '')
      const own = receiver?.childForFieldName('name')?.text
      const path =
        name === undefined || frames.current.kind !== 'file'
          ? undefined
          : type
            ? [type, name]
            : [name]
      frames.enter(node, 'function', path, parametersOf(node))
      if (own && type) names.receivers.set(node.startIndex, { name: own, type })
      return
    }
    case 'const_spec':
    case 'var_spec': {
      const values = node.childForFieldName('value')?.namedChildren ?? []
      for (const [i, name] of node.childrenForFieldName('name').entries()) {
        const value = values[i]
        if (name && value?.type !== 'func_literal')
          frames.bind(name.text, { node: value ?? node, how: 'value' })
      }
      return
    }
    case 'short_var_declaration':
    case 'assignment_statement': {
      const values = node.childForFieldName('right')?.namedChildren ?? []
      for (const [i, name] of (node.childForFieldName('left')?.namedChildren ?? []).entries()) {
        const value = values[i] ?? values[0]
        if (name.type === 'identifier' && value && value.type !== 'func_literal')
          frames.bind(name.text, { node: value, how: values[i] ? 'value' : 'key' })
      }
      return
    }
    case 'range_clause': {
      const right = node.childForFieldName('right')
      const [first, second] = node.childForFieldName('left')?.namedChildren ?? []
      const within = node.parent ?? undefined
      if (right && first?.type === 'identifier')
        frames.bind(first.text, { node: right, how: 'key', within })
      if (right && second?.type === 'identifier')
        frames.bind(second.text, { node: right, how: 'element', within })
      return
    }
    case 'type_spec':
      names.structs.set(
        node.childForFieldName('name')?.text ?? '',
        structFields(node.childForFieldName('type')),
      )
      return tags.declare(node)
    default:
  }
}

/** `getenv := func(key string) string { ... }` */
function variableOf(node: Node): string | undefined {
  const holder = node.parent?.parent
  return holder?.type === 'var_spec' ? holder.childForFieldName('name')?.text : undefined
}

function parametersOf(node: Node): Parameter[] {
  return (node.childForFieldName('parameters')?.namedChildren ?? []).flatMap((one) =>
    one
      .childrenForFieldName('name')
      .flatMap((name) =>
        name ? [{ name: name.text, rest: one.type === 'variadic_parameter_declaration' }] : [],
      ),
  )
}

/** Constants and lists of keys that other files of the package, or other packages, look up. */
function symbolOf(node: Node, names: GoNames, draft: FactsDraft): void {
  if (names.frames.current.kind !== 'file') return
  const values = node.childForFieldName('value')?.namedChildren ?? []
  for (const [i, name] of node.childrenForFieldName('name').entries()) {
    const value = values[i]
    if (!name || !value) continue
    const qualified = names.qualified(value)
    if (qualified === 'os.Getenv' || qualified === 'os.LookupEnv') {
      draft.symbol([name.text], { is: 'accessor', keyParameter: 0 })
      continue
    }
    const list = value.type === 'composite_literal'
    const isMap = list && value.childForFieldName('type')?.type === 'map_type'
    const texts = list
      ? names.elements(value, isMap ? 'key' : 'element', undefined)
      : names.texts(value)
    const keys = texts.map((text) => literalOf([text]))
    if (keys.length > 0 && keys.every((key) => key !== undefined && looksLikeKey(key)))
      draft.symbol([name.text], { is: 'text', texts: keys as string[] })
    else if (list) recordFields(name.text, value, names, draft)
  }
}

/** Fields of a list of structs that hold names of keys. */
function recordFields(list: string, value: Node, names: GoNames, draft: FactsDraft): void {
  const type = elementType(value)
  if (!type) return
  const first = value.childForFieldName('body')?.namedChild(0)
  const body = first?.descendantsOfType('literal_value')[0]
  const fields =
    names.structs.get(type.text) ??
    (type.type === 'struct_type'
      ? structFields(type)
      : (body?.namedChildren ?? []).map((one) => one.namedChild(0)?.text ?? ''))
  for (const field of fields.slice(0, 30)) {
    const keys = names
      .elements(value, 'element', field)
      .flatMap((text) => literalOf([text]) ?? [])
      .filter((key) => looksLikeKey(key))
    if (keys.length > 0) draft.symbol([list, `[].${field}`], { is: 'text', texts: keys })
  }
}

/** A map from names of keys that a struct holds: other files know it by the name of the field. */
function tableField(node: Node, names: GoNames, draft: FactsDraft): void {
  const value = node.namedChild(1)?.namedChild(0)
  if (value?.type !== 'composite_literal') return
  if (value.childForFieldName('type')?.type !== 'map_type') return
  const keys = names.elements(value, 'key', undefined).map((text) => literalOf([text]))
  if (keys.length > 1 && keys.every((key) => key !== undefined && looksLikeKey(key)))
    draft.symbol([`.${node.namedChild(0)?.text ?? ''}`], { is: 'text', texts: keys as string[] })
}
