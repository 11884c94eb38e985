/** Names that are declared, and what is taken apart on the way. */
import type { DefaultValue } from '../../../key-read.ts'
import type { Meaning, SymbolPath } from '../../file-facts.ts'
import { addRead, addSymbol, type FileScan, shortText } from './file-scan.ts'
import { bind, requiredModule } from './modules.ts'
import { fieldOf, type LiftedNode, literalText, literalValue } from './lifted-node.ts'
import { type LocalName, type Scope, symbolName } from './scope.ts'

/** Puts every name of a pattern into a scope. */
export function declareNames(
  pattern: LiftedNode | undefined,
  scope: Scope,
  name: Omit<LocalName, 'symbol'>,
): void {
  if (pattern === undefined) return
  switch (pattern.type) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern':
      scope.names.set(pattern.text, {
        ...name,
        scope,
        symbol: symbolName(scope, pattern.text, pattern),
      })
      return
    case 'assignment_pattern':
    case 'object_assignment_pattern':
      declareNames(pattern.children[0], scope, { kind: name.kind })
      return
    case 'pair_pattern':
      declareNames(fieldOf(pattern, 'value'), scope, { kind: name.kind })
      return
    case 'object_pattern':
    case 'array_pattern':
    case 'rest_pattern':
      for (const child of pattern.children) declareNames(child, scope, { kind: name.kind })
      return
    default:
  }
}

/** `const { KEY, OTHER: name = 'x', ...rest } = <path>`: reads, and names for what lies deeper. */
export function takeApart(
  scan: FileScan,
  pattern: LiftedNode,
  path: SymbolPath,
  scope: Scope,
): void {
  for (const child of pattern.children) {
    if (child.type === 'rest_pattern') {
      const rest = child.children[0]
      if (rest?.type === 'identifier') standFor(scan, scope, rest, path)
      continue
    }
    const target =
      child.type === 'pair_pattern'
        ? fieldOf(child, 'value')
        : child.type === 'object_assignment_pattern'
          ? child.children[0]
          : child
    const name = child.type === 'pair_pattern' ? plainKey(fieldOf(child, 'key')) : target?.text
    if (target === undefined) continue
    const [inner, fallback] =
      target.type === 'assignment_pattern'
        ? [target.children[0], target.children[1]]
        : [target, child.type === 'object_assignment_pattern' ? child.children[1] : undefined]
    if (name === undefined) {
      if (path.length === 0)
        scan.facts.dynamic.push({ ...scan.placeOf(child.start), text: shortText(child) })
      continue
    }
    const given: { default?: DefaultValue } =
      fallback === undefined
        ? {}
        : { default: { literal: literalValue(fallback)?.slice(0, 500), forEmpty: false } }
    if (inner?.type === 'object_pattern') takeApart(scan, inner, [...path, name], scope)
    else if (path.length === 0) addRead(scan, child, { key: name, tier: 'direct', ...given })
    else if (/^[A-Z_][A-Z0-9_]*$/.test(name)) {
      scan.facts.uses.push({
        ...scan.placeOf(child.start),
        path,
        how: 'member',
        key: name,
        ...given,
      })
    } else if (inner !== undefined) standFor(scan, scope, inner, [...path, name])
  }
}

function standFor(scan: FileScan, scope: Scope, name: LiftedNode, path: SymbolPath): void {
  const symbol = scope.names.get(name.text)?.symbol ?? symbolName(scope, name.text, name)
  addSymbol(scan, symbol, path.length === 0 ? { is: 'environment' } : { is: 'same', of: path })
}

function plainKey(key: LiftedNode | undefined): string | undefined {
  if (key === undefined || key.type === 'computed_property_name') return undefined
  return key.type === 'string' ? key.text.slice(1, -1) : key.text
}

/** Declares what the statements of a block declare, before any of them is looked at. */
export function hoist(scan: FileScan, block: LiftedNode, scope: Scope): void {
  for (const child of block.children) {
    const statement =
      child.type === 'export_statement'
        ? (fieldOf(child, 'declaration') ?? fieldOf(child, 'value') ?? child)
        : child
    if (statement.type === 'lexical_declaration' || statement.type === 'variable_declaration') {
      if (statement.children.length === 0) {
        // nothing in it matters but its name, which may hide another
        const name = /^(?:const|let|var)\s+([\w$]+)/.exec(statement.text)?.[1]
        if (name !== undefined)
          scope.names.set(name, { symbol: symbolName(scope, name, statement), kind: 'variable' })
      }
      for (const declarator of statement.children) declareVariable(scan, declarator, scope)
    } else if (statement.type.endsWith('function_declaration')) {
      const name =
        fieldOf(statement, 'name')?.text ??
        /^(?:async\s+)?function\s*\*?\s*([\w$]+)/.exec(statement.text)?.[1]
      if (name !== undefined)
        scope.names.set(name, { symbol: symbolName(scope, name, statement), kind: 'function' })
    } else if (statement.type === 'enum_declaration') {
      const name = fieldOf(statement, 'name')
      if (name !== undefined) declareEnum(scan, statement, name, scope)
    } else if (statement.type.endsWith('class_declaration')) {
      const name =
        fieldOf(statement, 'name')?.text ??
        /^(?:abstract\s+)?class\s+([\w$]+)/.exec(statement.text)?.[1]
      if (name !== undefined)
        scope.names.set(name, { symbol: symbolName(scope, name, statement), kind: 'class' })
    }
  }
}

function declareVariable(scan: FileScan, declarator: LiftedNode, scope: Scope): void {
  const name = fieldOf(declarator, 'name')
  const init = fieldOf(declarator, 'value')
  const source = requiredModule(init)
  const module = source?.text.slice(1, -1)
  if (source !== undefined && module !== undefined && name?.type === 'identifier') {
    bind(scan, scope, name.text, module, '*', declarator, source)
    return
  }
  if (source !== undefined && module !== undefined && name?.type === 'object_pattern') {
    for (const child of name.children) {
      const imported = child.type === 'pair_pattern' ? fieldOf(child, 'key')?.text : child.text
      const local = child.type === 'pair_pattern' ? fieldOf(child, 'value')?.text : child.text
      if (imported !== undefined && local !== undefined && /^[\w$]+$/.test(local))
        bind(scan, scope, local, module, imported, child, source)
    }
    return
  }
  declareNames(name, scope, { kind: 'variable', ...(init === undefined ? {} : { init }) })
}

/** `enum Keys { A = 'KEY' }`. */
function declareEnum(scan: FileScan, node: LiftedNode, name: LiftedNode, scope: Scope): void {
  const symbol = symbolName(scope, name.text, node)
  scope.names.set(name.text, { symbol, kind: 'variable' })
  const members: Record<string, Meaning> = Object.create(null)
  for (const member of fieldOf(node, 'body')?.children ?? []) {
    const own = fieldOf(member, 'name')?.text
    const text = literalText(fieldOf(member, 'value'))
    if (own !== undefined && own !== '__proto__' && text !== undefined) {
      members[own] = { is: 'text', texts: [text] }
    }
  }
  addSymbol(scan, symbol, { is: 'object', members })
}
