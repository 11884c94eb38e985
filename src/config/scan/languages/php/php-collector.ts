/** PHP: `getenv`, `$_ENV`, `$_SERVER`, the `env()` of frameworks, and functions and static methods that look keys up. */
import type { Node } from 'web-tree-sitter'
import type { Collector, SourceFile } from '../../collector.ts'
import type { FileFacts } from '../../file-facts.ts'
import { FactsDraft } from '../shared/facts-draft.ts'
import { Frames, type Parameter } from '../shared/frames.ts'
import { literalOf, looksLikeKey } from '../shared/key-text.ts'
import { shallowNodes } from '../shared/shallow-nodes.ts'
import { PhpLookups } from './php-lookups.ts'
import { lastPart, PhpNames } from './php-names.ts'

const calls = ['function_call_expression', 'scoped_call_expression', 'member_call_expression']
const nodeTypes = [
  'namespace_use_clause',
  'class_declaration',
  'trait_declaration',
  'enum_declaration',
  'method_declaration',
  'function_definition',
  'anonymous_function',
  'anonymous_function_creation_expression',
  'arrow_function',
  'const_element',
  'property_element',
  'assignment_expression',
  'foreach_statement',
  'subscript_expression',
  ...calls,
]

export const phpCollector: Collector = {
  language: 'php',
  version: 3,
  takes: (path) => /\.(php|phtml|inc)$/.test(path) && !path.endsWith('.blade.php'),
  grammar: () => 'php',
  mayMatter: (text) =>
    /\benv|getenv|_ENV\b|_SERVER\b|%env\(|['"]_?[A-Z][A-Z0-9]*_[A-Z0-9_]+['"]/i.test(text),
  collect,
}

function collect({ root, text }: SourceFile): FileFacts {
  const namespace =
    root?.descendantsOfType('namespace_definition')[0]?.childForFieldName('name')?.text ?? ''
  const draft = new FactsDraft('php', namespace)
  if (!root) return draft.finish()
  const frames = new Frames(root)
  const names = new PhpNames(frames)
  const { nodes, tooDeep } = shallowNodes(root, [
    ...nodeTypes,
    ...(text.includes('%env(') ? ['string', 'encapsed_string'] : []),
    ...(/env\w*var/i.test(text) ? ['array_element_initializer'] : []),
    ...(text.includes('Autowire') ? ['attribute'] : []),
    ...(text.includes('$_ENV') ? ['variable_name'] : []),
  ])
  for (const node of nodes) declare(node, names, draft)
  const lookups = new PhpLookups(draft, names)
  for (const node of nodes) {
    frames.arrive(node)
    if (calls.includes(node.type)) lookups.call(node)
    else if (node.type === 'subscript_expression') lookups.subscript(node)
    else if (node.type === 'string' || node.type === 'encapsed_string') lookups.text(node)
    else if (node.type === 'array_element_initializer') lookups.element(node)
    else if (node.type === 'attribute') lookups.attribute(node)
    else if (node.type === 'variable_name') lookups.whole(node)
    else if (node.type === 'const_element') constant(node, names, draft)
    else frames.again(node)
  }
  draft.unparsed(root, 'PHP', tooDeep)
  return draft.finish()
}

function declare(node: Node, names: PhpNames, draft: FactsDraft): void {
  const { frames } = names
  frames.arrive(node)
  switch (node.type) {
    case 'namespace_use_clause': {
      const [first, second] = node.namedChildren
      const whole = first?.text.replace(/^\\/, '') ?? ''
      const name = second?.namedChild(0)?.text ?? second?.text ?? lastPart(whole)
      names.imported.set(name, whole)
      draft.facts.imports.push({
        name,
        module: whole.slice(0, Math.max(0, whole.lastIndexOf('\\'))),
        imported: lastPart(whole),
      })
      return
    }
    case 'class_declaration':
    case 'trait_declaration':
    case 'enum_declaration': {
      const name = node.childForFieldName('name')?.text ?? ''
      frames.enter(node, 'class', [name], [])
      return
    }
    case 'method_declaration':
    case 'function_definition': {
      const name = node.childForFieldName('name')?.text ?? ''
      frames.enter(node, 'function', frames.pathFor(name), parametersOf(node))
      return
    }
    case 'anonymous_function':
    case 'anonymous_function_creation_expression':
    case 'arrow_function':
      frames.enter(node, 'function', undefined, parametersOf(node))
      return
    case 'const_element': {
      const [name, value] = node.namedChildren
      if (name && value) frames.bind(name.text, { node: value, how: 'value' })
      return
    }
    case 'property_element': {
      const [name, value] = node.namedChildren
      const written = value?.type === 'property_initializer' ? value.namedChild(0) : value
      if (name && written) frames.bind(name.text, { node: written, how: 'value' })
      return
    }
    case 'assignment_expression': {
      const left = node.childForFieldName('left')
      const right = node.childForFieldName('right')
      if (left?.type === 'variable_name' && right)
        frames.bind(left.text, { node: right, how: 'value' })
      return
    }
    case 'foreach_statement': {
      const [over, target] = node.namedChildren
      const [key, value] = target?.type === 'pair' ? target.namedChildren : [undefined, target]
      if (over && key?.type === 'variable_name')
        frames.bind(key.text, { node: over, how: 'key', within: node })
      if (over && value?.type === 'variable_name')
        frames.bind(value.text, { node: over, how: 'element', within: node })
      return
    }
    case 'function_call_expression': {
      if (node.childForFieldName('function')?.text.toLowerCase() !== 'define') return
      const given = node.childForFieldName('arguments')?.namedChildren ?? []
      const name = literalOf(names.texts(given[0]))
      const value = given[1]?.namedChild(0)
      if (name === undefined || !value) return
      frames.bind(name, { node: value, how: 'value' }, frames.file)
      const literal = literalOf(names.texts(value))
      if (literal !== undefined && looksLikeKey(literal))
        draft.symbol([name], { is: 'text', texts: [literal] })
      return
    }
    default:
  }
}

function parametersOf(node: Node): Parameter[] {
  return (node.childForFieldName('parameters')?.namedChildren ?? []).flatMap((one) => {
    const name = one.childForFieldName('name')?.text
    return name === undefined
      ? []
      : [{ name, default: one.childForFieldName('default_value') ?? undefined }]
  })
}

/** Constants that hold the name of a key, or a list of such names. */
function constant(node: Node, names: PhpNames, draft: FactsDraft): void {
  const [name, value] = node.namedChildren
  const { path } = names.frames.current
  if (!name || !value || !path) return
  const list = value.type === 'array_creation_expression'
  const keys = (list ? names.elements(value, 'element', undefined) : names.texts(value)).map(
    (text) => literalOf([text]),
  )
  if (keys.length > 0 && keys.every((key) => key !== undefined && looksLikeKey(key)))
    draft.symbol([...path, name.text], { is: 'text', texts: keys as string[] })
}
