/** Ruby: `ENV` in every form, settings of libraries, ERB templates, and methods that look keys up. */
import type { Node } from 'web-tree-sitter'
import type { Collector, SourceFile } from '../../collector.ts'
import type { FileFacts } from '../../file-facts.ts'
import { FactsDraft } from '../shared/facts-draft.ts'
import { Frames, type Parameter } from '../shared/frames.ts'
import { literalOf, looksLikeKey } from '../shared/key-text.ts'
import { shallowNodes } from '../shared/shallow-nodes.ts'
import { erbReads } from './erb-reads.ts'
import { RubyLookups } from './ruby-lookups.ts'
import { RubyNames } from './ruby-names.ts'

const nodeTypes = [
  'class',
  'module',
  'method',
  'singleton_method',
  'lambda',
  'block',
  'do_block',
  'assignment',
  'operator_assignment',
  'element_reference',
  'call',
]

export const rubyCollector: Collector = {
  language: 'ruby',
  version: 2,
  takes: (path) =>
    /\.(rb|rake|ru|erb|gemspec|thor)$/.test(path) ||
    /(^|\/)(Rakefile|Gemfile|Capfile|Vagrantfile|Guardfile|Fastfile)$/.test(path),
  grammar: (path) => (path.endsWith('.erb') ? null : 'ruby'),
  mayMatter: (text) =>
    /\bENV|Dotenv|Figaro|Anyway::|Hanami|ApplicationConfig|['"]_?[A-Z][A-Z0-9]*_[A-Z0-9_]+['"]/.test(
      text,
    ),
  collect,
}

function collect({ path, root, text }: SourceFile): FileFacts {
  const draft = new FactsDraft('ruby')
  if (path.endsWith('.erb')) draft.facts.reads.push(...erbReads(text))
  if (!root) return draft.finish()
  const frames = new Frames(root)
  const names = new RubyNames(frames)
  const { nodes, tooDeep } = shallowNodes(root, nodeTypes)
  for (const node of nodes) declare(node, names)
  const lookups = new RubyLookups(draft, names)
  for (const node of nodes) {
    frames.arrive(node)
    switch (node.type) {
      case 'class':
        lookups.settings(node)
        frames.again(node)
        break
      case 'call':
        lookups.call(node)
        break
      case 'element_reference':
        lookups.subscript(node)
        break
      case 'assignment':
        symbolOf(node, names, draft)
        break
      default:
        frames.again(node)
    }
  }
  draft.unparsed(root, 'Ruby', tooDeep)
  return draft.finish()
}

function declare(node: Node, names: RubyNames): void {
  const { frames } = names
  frames.arrive(node)
  switch (node.type) {
    case 'class':
    case 'module': {
      // by its last name: what is found across files is found by that
      const name = node.childForFieldName('name')?.text.split('::').at(-1) ?? ''
      frames.enter(node, 'class', [name], [])
      return
    }
    case 'method':
    case 'singleton_method': {
      const name = node.childForFieldName('name')?.text ?? ''
      const own = names.ownClass?.path
      names.methods.add(`${own?.at(-1) ?? ''}\0${name}`)
      frames.enter(node, 'function', own ? [...own, name] : [name], parametersOf(node))
      return
    }
    case 'lambda': {
      const left =
        node.parent?.type === 'assignment' ? node.parent.childForFieldName('left')?.text : undefined
      const own = frames.current.path
      frames.enter(
        node,
        'function',
        left && own && frames.current.kind !== 'function' ? [...own, left] : undefined,
        parametersOf(node),
      )
      return
    }
    case 'block':
    case 'do_block':
      return block(node, names)
    case 'assignment': {
      const left = node.childForFieldName('left')
      const right = node.childForFieldName('right')
      if (left && right && /^(identifier|constant|instance_variable)$/.test(left.type))
        frames.bind(left.text, { node: right, how: 'value' })
      return
    }
    default:
  }
}

/** `%w[A B].each do |key|`: the parameters of a block run over what its method is called on. */
function block(node: Node, { frames }: RubyNames): void {
  const call = node.parent
  const method = call?.childForFieldName('method')?.text ?? ''
  const over = call?.childForFieldName('receiver')
  const parameters = (node.childForFieldName('parameters')?.namedChildren ?? []).flatMap((one) =>
    one.type === 'destructured_parameter' ? one.namedChildren : [one],
  )
  frames.enter(node, 'function', undefined, [])
  const runs =
    /^(each|map|flat_map|filter_map|select|reject|each_with_object|to_h|find|all\?|any\?|none\?|each_with_index|sum|index_with|each_pair|collect|detect|partition)$/.test(
      method,
    )
  for (const [at, one] of parameters.entries()) {
    if (one.type !== 'identifier') continue
    // a parameter of any other block hides what lies outside
    if (!over || !runs) frames.current.names.set(one.text, [])
    else if (at === 0 || /^(each|map|each_pair|to_h|flat_map)$/.test(method))
      frames.bind(one.text, {
        node: over,
        how: 'element',
        ...(parameters.length > 1 ? { at } : {}),
      })
  }
}

function parametersOf(node: Node): Parameter[] {
  const list = node.childForFieldName('parameters')
  return (list?.namedChildren ?? []).flatMap((one) => {
    const name = one.type === 'identifier' ? one : one.childForFieldName('name')
    return name
      ? [
          {
            name: name.text,
            default: one.childForFieldName('value') ?? undefined,
            rest: one.type === 'splat_parameter',
          },
        ]
      : []
  })
}

/** Constants that other files read through. */
function symbolOf(node: Node, names: RubyNames, draft: FactsDraft): void {
  const left = node.childForFieldName('left')
  const right = node.childForFieldName('right')
  const { path, kind } = names.frames.current
  if (left?.type !== 'constant' || !right || !path || kind === 'function') return
  const symbol = [...path, left.text]
  if (names.isEnvironment(right)) return draft.symbol(symbol, { is: 'environment' })
  const text = literalOf(names.texts(right))
  const list = text === undefined && /array$|^hash$|^call$/.test(right.type)
  const keys = (list ? names.elements(right, undefined) : names.texts(right)).map((text) =>
    literalOf([text]),
  )
  if (keys.length > 0 && keys.every((key) => key !== undefined && looksLikeKey(key)))
    draft.symbol(symbol, { is: 'text', texts: keys as string[] })
}
