/** Python: `os.environ` in every form, libraries that read it, settings classes, and functions that look keys up. */
import type { Node } from 'web-tree-sitter'
import type { Collector, SourceFile } from '../../collector.ts'
import type { FileFacts } from '../../file-facts.ts'
import { FactsDraft } from '../shared/facts-draft.ts'
import { Frames, type Parameter } from '../shared/frames.ts'
import { literalOf, looksLikeKey } from '../shared/key-text.ts'
import { shallowNodes } from '../shared/shallow-nodes.ts'
import { keyedClass } from './python-classes.ts'
import { dynaconf, PythonLookups } from './python-lookups.ts'
import { prefixOf } from './instance-prefix.ts'
import { PythonNames } from './python-names.ts'
import { isReaderInstance } from './python-readers.ts'
import { recordsIn } from './python-records.ts'
import { PythonSettings } from './python-settings.ts'

const nodeTypes = [
  'import_statement',
  'import_from_statement',
  'function_definition',
  'lambda',
  'class_definition',
  'assignment',
  'named_expression',
  'for_statement',
  'for_in_clause',
  'call',
  'subscript',
  'comparison_operator',
]

/** Places that are looked at for the environment as a whole. */
const maxWholes = 5000

export const pythonCollector: Collector = {
  language: 'python',
  version: 3,
  takes: (path) => /\.pyi?$/.test(path) && !path.endsWith('.pyi'),
  grammar: () => 'python',
  mayMatter: (text) =>
    /environ|getenv|envvar|env_prefix|Settings|decouple|dynaconf|from_prefixed_env|['"]_?[A-Z][A-Z0-9]*_[A-Z0-9_]+['"]/.test(
      text,
    ),
  collect,
}

function collect({ path, root, text }: SourceFile): FileFacts {
  const draft = new FactsDraft('python', moduleName(path))
  if (!root) return draft.finish()
  const frames = new Frames(root)
  const classes = new Map<string, Node>()
  const names = new PythonNames(frames, classes)
  const keyed = /configurations|environ\.config/.test(text)
  const attributes = /dynaconf|import\b[^\n]*\bsettings\b/i.test(text)
  const types = attributes ? [...nodeTypes, 'attribute'] : nodeTypes
  const { nodes, tooDeep } = shallowNodes(root, types)
  for (const node of nodes) declare(node, names, draft, classes)
  const lookups = new PythonLookups(draft, names)
  const settings = new PythonSettings(draft, names, classes)
  for (const node of nodes) {
    frames.arrive(node)
    switch (node.type) {
      case 'function_definition':
      case 'lambda':
        frames.again(node)
        break
      case 'class_definition':
        settings.collect(node)
        if (keyed) keyedClass(node, names, draft)
        frames.again(node)
        break
      case 'call':
        lookups.call(node)
        break
      case 'subscript':
        lookups.subscript(node)
        break
      case 'comparison_operator':
        lookups.comparison(node)
        break
      case 'attribute':
        lookups.attribute(node)
        break
      case 'assignment':
        symbolOf(node, names, draft)
        break
      default:
    }
  }
  wholes(root, text, names, lookups)
  draft.unparsed(root, 'Python', tooDeep)
  return draft.finish()
}

/** Fields of a list of records that hold nothing but names of keys. */
function recordFields(list: Node, names: PythonNames): Map<string, string[]> {
  const fields = new Map<string, string[]>()
  for (const record of recordsIn(list) ?? [])
    for (const one of record.type === 'dictionary'
      ? record.namedChildren
      : (record.childForFieldName('arguments')?.namedChildren ?? [])) {
      const name =
        one.childForFieldName('key')?.text.slice(1, -1) ?? one.childForFieldName('name')?.text
      const literal = literalOf(names.texts(one.childForFieldName('value')))
      if (name === undefined || fields.size > 20) continue
      const all = fields.get(name) ?? []
      if (literal !== undefined && looksLikeKey(literal)) fields.set(name, [...all, literal])
    }
  return fields
}

/** Every place where the text names the environment. */
function wholes(root: Node, text: string, names: PythonNames, lookups: PythonLookups): void {
  const bare = [...names.imported].filter(([, of]) => of === 'os.environ').map(([name]) => name)
  const words = new RegExp(String.raw`\b(?:${['environb?', ...bare].join('|')})\b`, 'g')
  for (const { index } of [...text.matchAll(words)].slice(0, maxWholes)) {
    const node = root.descendantForIndex(index)
    if (node?.type !== 'identifier') continue
    names.frames.arrive(node)
    const { parent } = node
    const member =
      parent?.type === 'attribute' && parent.childForFieldName('attribute')?.id === node.id
    lookups.whole(member ? parent : node)
  }
}

function moduleName(path: string): string {
  return path
    .replace(/\.py$/, '')
    .replace(/\/__init__$/, '')
    .replaceAll('/', '.')
}

/** First pass: imports, functions with their parameters, classes, and what names are given. */
function declare(
  node: Node,
  names: PythonNames,
  draft: FactsDraft,
  classes: Map<string, Node>,
): void {
  const { frames } = names
  frames.arrive(node)
  switch (node.type) {
    case 'import_statement':
      for (const one of node.childrenForFieldName('name')) {
        const module = one?.childForFieldName('name')?.text ?? one?.text ?? ''
        const alias = one?.childForFieldName('alias')?.text
        const name = alias ?? module.split('.')[0]!
        names.imported.set(name, alias ? module : name)
        draft.facts.imports.push({
          name,
          module: alias ? module : name,
          imported: '*',
          exported: name,
        })
      }
      return
    case 'import_from_statement':
      return imported(node, names, draft)
    case 'function_definition':
    case 'lambda': {
      const name =
        node.type === 'lambda' ? assignedName(node) : node.childForFieldName('name')?.text
      const path = name === undefined ? undefined : frames.pathFor(name)
      if (name !== undefined && frames.current.kind === 'file' && node.type !== 'lambda')
        frames.file.names.set(`${name}()`, [])
      frames.enter(node, 'function', path, parametersOf(node))
      return
    }
    case 'class_definition': {
      const name = node.childForFieldName('name')?.text ?? ''
      if (!classes.has(name)) classes.set(name, node)
      if (frames.current.kind === 'file') frames.file.names.set(`${name}()`, [])
      frames.enter(node, 'class', frames.pathFor(name), [])
      return
    }
    case 'assignment':
    case 'named_expression':
      return bind(
        node.childForFieldName('left') ?? node.childForFieldName('name'),
        node.childForFieldName('right') ?? node.childForFieldName('value'),
        'value',
        names,
      )
    case 'for_statement':
    case 'for_in_clause':
      return bind(node.childForFieldName('left'), node.childForFieldName('right'), 'element', names)
    default:
  }
}

function assignedName(lambda: Node): string | undefined {
  const { parent } = lambda
  const left = parent?.type === 'assignment' ? parent.childForFieldName('left') : null
  return left?.type === 'identifier' ? left.text : undefined
}

function bind(
  left: Node | null,
  right: Node | null,
  how: 'value' | 'element',
  names: PythonNames,
): void {
  if (!left || !right) return
  const within = how === 'element' ? rangeOf(left.parent!) : undefined
  if (left.type === 'identifier') {
    // the name of a lambda is a function, not a text
    if (right.type === 'lambda') names.frames.file.names.set(`${left.text}()`, [])
    else names.frames.bind(left.text, { node: right, how, within })
  } else if (how === 'element' && /^(pattern_list|tuple_pattern)$/.test(left.type))
    for (const [at, one] of left.namedChildren.entries())
      if (one.type === 'identifier') names.frames.bind(one.text, { node: right, how, at, within })
}

/** Of a comprehension, all of it: what is collected stands before the loop. */
function rangeOf(loop: Node): Node {
  return loop.type === 'for_in_clause' ? loop.parent! : loop
}

function parametersOf(node: Node): Parameter[] {
  const parameters = (node.childForFieldName('parameters')?.namedChildren ?? []).flatMap(
    (one): Parameter[] => {
      const name =
        one.childForFieldName('name') ?? (one.type === 'identifier' ? one : one.namedChild(0))
      if (!name || name.type !== 'identifier') return []
      return [{ name: name.text, default: one.childForFieldName('value') ?? undefined }]
    },
  )
  // methods are called without their first parameter
  return parameters[0]?.name === 'self' || parameters[0]?.name === 'cls'
    ? parameters.slice(1)
    : parameters
}

function imported(node: Node, names: PythonNames, draft: FactsDraft): void {
  const module = node.childForFieldName('module_name')?.text ?? ''
  for (const one of node.childrenForFieldName('name')) {
    if (!one) continue
    const original = one.childForFieldName('name')?.text ?? one.text
    const name = one.childForFieldName('alias')?.text ?? original
    names.imported.set(name, `${module}.${original}`)
    draft.facts.imports.push({ name, module, imported: original, exported: name })
  }
  if (!node.namedChildren.some((one) => one.type === 'wildcard_import')) return
  draft.facts.imports.push({ name: '*', module, imported: '*', exported: '*' })
  if (module === 'os')
    for (const name of ['environ', 'getenv']) names.imported.set(name, `os.${name}`)
}

/** Names of the file that other files, or its own functions, may read through. */
function symbolOf(node: Node, names: PythonNames, draft: FactsDraft): void {
  const left = node.childForFieldName('left')
  const right = node.childForFieldName('right')
  const { frames } = names
  if (left?.type !== 'identifier' || !right || frames.current.kind === 'function') return
  const path = frames.pathFor(left.text)
  if (!path) return
  const name = names.qualified(right)
  if (name === 'os.environ') return draft.symbol(path, { is: 'environment' })
  if (name === 'os.getenv' || name === 'os.environ.get')
    return draft.symbol(path, { is: 'accessor', keyParameter: 0, defaultParameter: 1 })
  if (isReaderInstance(name)) {
    const prefix = prefixOf(names, right)
    return draft.symbol(path, { is: 'environment', ...(prefix && { prefix }) })
  }
  if (dynaconf.test(name?.replace(/\(\)$/, '') ?? '')) {
    const prefix = prefixOf(names, right) ?? 'DYNACONF_'
    return draft.symbol(path, { is: 'environment', prefix })
  }
  const literal = right.type === 'string' ? literalOf(names.texts(right)) : undefined
  if (literal !== undefined && looksLikeKey(literal))
    return draft.symbol(path, { is: 'text', texts: [literal] })
  if (['list', 'tuple', 'set', 'dictionary'].includes(right.type)) {
    const keys = names.elements(right, undefined).map((text) => literalOf([text]))
    const texts = keys.filter((key) => key !== undefined && looksLikeKey(key)) as string[]
    if (texts.length > 0 && texts.length === keys.length) draft.symbol(path, { is: 'text', texts })
    else
      for (const [field, list] of recordFields(right, names))
        draft.symbol([...path, `[].${field}`], { is: 'text', texts: list })
    return
  }
  if (frames.current.kind !== 'file') return
  if (right.type !== 'identifier' && right.type !== 'attribute' && right.type !== 'call') return
  const of = names.path(right)
  if (of && (of.length > 1 || of[0] !== left.text)) draft.symbol(path, { is: 'same', of })
}
