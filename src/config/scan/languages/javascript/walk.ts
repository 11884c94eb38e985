/** The walk over a file: every node once, with the scope that it lies in. */
import type { Meaning, SymbolPath } from '../../file-facts.ts'
import { classFields, fieldsMember } from './class-fields.ts'
import { visitMatch } from './matching.ts'
import { visitCall, visitMember } from './uses.ts'
import { addSymbol, type FileScan, shortText } from './file-scan.ts'
import { describedKey } from './fillings.ts'
import { visitLibrary } from './libraries.ts'
import { keyName } from './object-literals.ts'
import { fieldOf, type LiftedNode, literalText, operatorOf } from './lifted-node.ts'
import { isClass, isFunction, meaningOf, placeSymbol } from './meanings.ts'
import { declareExport, declareImport, requiredModule } from './modules.ts'
import { declareEach, declareParameter, loopOf } from './parameters.ts'
import { hoist, takeApart } from './patterns.ts'
import { memberName, pathOf } from './paths.ts'
import { throwsAfter } from './read-context.ts'
import { type LocalFunction, lookUp, openScope, type Scope } from './scope.ts'

export function walk(scan: FileScan, node: LiftedNode, scope: Scope): void {
  if (isFunction(node)) return walkFunction(scan, node, scope)
  if (isClass(node)) return walkClass(scan, node, scope)
  switch (node.type) {
    case 'import_statement':
    case 'type_annotation':
    case 'type_alias_declaration':
    case 'interface_declaration':
    case 'type_arguments':
    case 'type_parameters':
    case 'ambient_declaration':
      return
    case 'statement_block':
    case 'switch_body': {
      const inner = openScope(scope)
      hoist(scan, node, inner)
      return walkAll(scan, node, inner)
    }
    case 'for_in_statement':
      return walkLoop(scan, node, scope)
    case 'export_statement':
      visitExport(scan, node, scope)
      break
    case 'variable_declarator':
      visitDeclarator(scan, node, scope)
      break
    case 'assignment_expression':
      visitAssignment(scan, node, scope)
      break
    case 'member_expression':
    case 'subscript_expression':
      visitMember(scan, node, scope)
      visitMatch(scan, node, scope)
      break
    case 'call_expression':
      visitRequire(scan, node)
      visitLibrary(scan, node, scope)
      visitCall(scan, node, scope)
      visitMatch(scan, node, scope)
      break
    case 'new_expression':
      visitCall(scan, node, scope)
      break
    case 'binary_expression':
      visitIn(scan, node, scope)
      visitMatch(scan, node, scope)
      break
    case 'pair':
      if (keyName(node) === 'env') describedKey(scan, node)
      break
    case 'identifier':
      visitName(scan, node, scope)
      break
    default:
  }
  walkAll(scan, node, scope)
}

function walkAll(scan: FileScan, node: LiftedNode, scope: Scope): void {
  for (const child of node.children) walk(scan, child, scope)
}

/** The top of a file. */
export function walkProgram(scan: FileScan, program: LiftedNode): void {
  const scope = openScope(undefined)
  addSymbol(scan, '<process>', { is: 'object', members: { env: { is: 'environment' } } })
  for (const statement of program.children) {
    if (statement.type === 'import_statement') declareImport(scan, statement, scope)
  }
  hoist(scan, program, scope)
  walkAll(scan, program, scope)
}

function walkFunction(scan: FileScan, node: LiftedNode, outer: Scope): void {
  const own: LocalFunction = { symbol: placeSymbol(node), node }
  const scope = openScope(outer, { function: own })
  const name = fieldOf(node, 'name')
  if (name !== undefined && node.type !== 'method_definition') {
    const symbol = outer.names.get(name.text)?.symbol
    if (symbol !== undefined) addSymbol(scan, symbol, { is: 'same', of: [own.symbol] })
  }
  const list = fieldOf(node, 'parameters')
  const single = fieldOf(node, 'parameter')
  const parameters = single === undefined ? (list?.children ?? []) : [single]
  const loop = loopOf(node)
  for (const [index, parameter] of parameters.entries()) {
    declareParameter(scan, parameter, index, own, scope, outer, loop)
  }
  const body = fieldOf(node, 'body')
  if (body !== undefined) {
    const block = body.type === 'statement_block'
    if (block) hoist(scan, body, scope)
    const returned = block
      ? body.children.filter((it) => it.type === 'return_statement').map((it) => it.children[0])
      : [body]
    const meanings = returned.map((it) => meaningOf(scan, it, scope))
    if (block) walkAll(scan, body, scope)
    else walk(scan, body, scope)
    // after what it looks up itself: the first that is found out to mean something counts
    for (const meaning of meanings) {
      if (meaning === undefined || meaning.is === 'text') continue
      addSymbol(scan, own.symbol, { is: 'object', members: { '()': meaning } })
    }
  }
  for (const parameter of parameters) walk(scan, parameter, scope)
  // a function that nothing else is known of can still be handed the environment
  addSymbol(scan, own.symbol, { is: 'object', members: {} })
}

function walkLoop(scan: FileScan, node: LiftedNode, outer: Scope): void {
  const scope = openScope(outer)
  const left = fieldOf(node, 'left')
  const right = fieldOf(node, 'right')
  if (left !== undefined && right !== undefined) {
    const between = node.text.slice(left.end - node.start, right.start - node.start)
    if (/\bof\b/.test(between)) declareEach(left, right, scope)
    else declareEach(left, { ...right, type: 'each_keys', children: [right] }, scope)
    if (!/\bof\b/.test(between) && pathOf(right, outer)?.length === 0) {
      scan.facts.wholeObject.push({ ...scan.placeOf(right.start), text: shortText(right) })
    }
  }
  walkAll(scan, node, scope)
}

function walkClass(scan: FileScan, node: LiftedNode, outer: Scope): void {
  const symbol = placeSymbol(node)
  const name = fieldOf(node, 'name')
  const known = name === undefined ? undefined : outer.names.get(name.text)?.symbol
  if (known !== undefined) addSymbol(scan, known, { is: 'same', of: [symbol] })
  const scope = openScope(outer, { self: [symbol] })
  const members: Record<string, Meaning> = Object.create(null)
  for (const member of fieldOf(node, 'body')?.children ?? []) {
    const own = (fieldOf(member, 'name') ?? fieldOf(member, 'property'))?.text
    if (own === undefined || own === '__proto__') continue
    if (member.type === 'method_definition')
      members[own] = { is: 'same', of: [placeSymbol(member)] }
    else {
      const meaning = meaningOf(scan, fieldOf(member, 'value'), scope)
      const inner = `${symbol}.${own}`
      if (meaning !== undefined) addSymbol(scan, inner, meaning)
      const typeName = /^:\s*([A-Z]\w*)/.exec(fieldOf(member, 'type')?.text ?? '')?.[1]
      const typed = typeName === undefined ? undefined : lookUp(outer, typeName)
      if (typed !== undefined) addSymbol(scan, inner, { is: 'same', of: [typed.symbol] })
      members[own] = { is: 'same', of: [inner] }
    }
  }
  const told = classFields(scan, node, symbol)
  if (told !== undefined) members[fieldsMember] = told
  addSymbol(scan, symbol, { is: 'object', members })
  const base = node.children.find((it) => it.type === 'class_heritage')
  const baseName = /(?:extends\s+)?([\w$]+)/.exec(base?.text.replace(/^extends\s+/, '') ?? '')?.[1]
  const inherited = baseName === undefined ? undefined : lookUp(outer, baseName)
  if (inherited !== undefined)
    addSymbol(scan, `${symbol}.<base>`, { is: 'same', of: [inherited.symbol] })
  walkAll(scan, node, scope)
}

function visitDeclarator(scan: FileScan, node: LiftedNode, scope: Scope): void {
  const name = fieldOf(node, 'name')
  const value = fieldOf(node, 'value')
  if (name === undefined || value === undefined) return
  if (name.type === 'object_pattern') {
    const path = processItself(value, scope) ?? pathOf(value, scope)
    if (path !== undefined) takeApart(scan, name, path, scope)
    return
  }
  const local = name.type === 'identifier' ? lookUp(scope, name.text) : undefined
  if (local === undefined || local.kind === 'import') return
  const meaning = meaningOf(scan, value, scope)
  if (meaning !== undefined) addSymbol(scan, local.symbol, meaning)
  const type = fieldOf(node, 'type')?.text ?? ''
  if (/^:\s*NodeJS\.ProcessEnv\b/.test(type)) addSymbol(scan, local.symbol, { is: 'environment' })
}

/** `const { env } = process`: a name whose member is the environment. */
function processItself(value: LiftedNode, scope: Scope): SymbolPath | undefined {
  return /^(globalThis\.)?(process|Bun|Deno|import\.meta)$/.test(value.text) &&
    lookUp(scope, 'process') === undefined
    ? ['<process>']
    : undefined
}

function visitAssignment(scan: FileScan, node: LiftedNode, scope: Scope): void {
  const left = fieldOf(node, 'left')
  const right = fieldOf(node, 'right')
  if (left === undefined || right === undefined) return
  if (left.type === 'object_pattern') {
    const path = pathOf(right, scope)
    if (path !== undefined) takeApart(scan, left, path, scope)
    return
  }
  const cjs = /^(?:module\.)?exports(?:\.([\w$]+))?$/.exec(left.text)
  if (cjs !== null && left.text !== 'exports') {
    const meaning = meaningOf(scan, right, scope)
    if (meaning !== undefined) {
      scan.facts.symbols.push({ name: `exports@${node.start}`, exported: cjs[1] ?? '*', meaning })
    }
    return
  }
  if (
    left.type === 'member_expression' &&
    fieldOf(left, 'object')?.type === 'this' &&
    scope.self !== undefined
  ) {
    const meaning = meaningOf(scan, right, scope)
    const own = memberName(left)
    if (meaning !== undefined && own !== undefined && meaning.is !== 'text') {
      addSymbol(scan, `${scope.self.join('.')}.${own}`, meaning)
    }
    return
  }
  if (left.type !== 'identifier') return
  const local = lookUp(scope, left.text)
  const meaning = local === undefined ? undefined : meaningOf(scan, right, scope)
  if (local !== undefined && meaning !== undefined && meaning.is !== 'text')
    addSymbol(scan, local.symbol, meaning)
}

function visitExport(scan: FileScan, node: LiftedNode, scope: Scope): void {
  const exportName = (local: string, as: string): void => {
    const found = lookUp(scope, local)
    const meaning = { is: 'same' as const, of: [found?.symbol ?? local] }
    scan.facts.symbols.push({ name: `export@${node.start}.${as}`, exported: as, meaning })
  }
  declareExport(scan, node, exportName)
  const declaration = fieldOf(node, 'declaration')
  const value = fieldOf(node, 'value')
  const byDefault = /^export\s+default\b/.test(node.text)
  if (declaration !== undefined) {
    if (byDefault && (isFunction(declaration) || isClass(declaration))) {
      scan.facts.symbols.push({
        name: `export@${node.start}`,
        exported: 'default',
        meaning: { is: 'same', of: [placeSymbol(declaration)] },
      })
      return
    }
    const names =
      declaration.type.endsWith('_declaration') && fieldOf(declaration, 'name') !== undefined
        ? [fieldOf(declaration, 'name')!]
        : declaration.children.map((it) => fieldOf(it, 'name')).filter((it) => it !== undefined)
    for (const name of names) {
      if (name.type === 'object_pattern') {
        for (const child of name.children) {
          const local = child.type === 'pair_pattern' ? fieldOf(child, 'value') : child
          if (local?.type.includes('identifier') === true) exportName(local.text, local.text)
        }
      } else exportName(name.text, name.text)
    }
  } else if (value !== undefined && byDefault) {
    const meaning = meaningOf(scan, value, scope)
    if (meaning !== undefined)
      scan.facts.symbols.push({ name: `export@${node.start}`, exported: 'default', meaning })
  }
}

/** `require('./env').vars`: the module under the name that such a path begins with. */
function visitRequire(scan: FileScan, node: LiftedNode): void {
  const module = requiredModule(node)
  if (module === undefined || !node.text.startsWith('require')) return
  scan.facts.imports.push({ name: node.text, module: module.text.slice(1, -1), imported: '*' })
}

/** `'KEY' in process.env`. */
function visitIn(scan: FileScan, node: LiftedNode, scope: Scope): void {
  if (operatorOf(node) !== 'in') return
  const path = pathOf(fieldOf(node, 'right'), scope)
  const key = literalText(fieldOf(node, 'left'))
  if (path === undefined || key === undefined) return
  const place = scan.placeOf(node.start)
  if (path.length === 0) scan.facts.reads.push({ ...place, key, tier: 'direct' })
  else if (/^[A-Z_][A-Z0-9_]*$/.test(key))
    scan.facts.uses.push({ ...place, path, how: 'member', key })
}

function visitName(scan: FileScan, node: LiftedNode, scope: Scope): void {
  if (node.parent?.type === 'arguments') {
    const local = lookUp(scope, node.text)
    const flows = local === undefined ? undefined : scan.flows.get(local.symbol)
    const call = node.parent.parent
    if (flows === undefined || call === undefined) return
    const callee = (fieldOf(call, 'function') ?? fieldOf(call, 'constructor'))?.text
      .replaceAll(/\s+/g, ' ')
      .slice(0, 60)
    if (callee === undefined) return
    for (const flow of flows)
      flow.sink ??= call.type === 'new_expression' ? `new ${callee}` : callee
  }
  const negation = node.parent
  if (
    negation?.type === 'unary_expression' &&
    negation.text.startsWith('!') &&
    throwsAfter(negation)
  ) {
    const local = lookUp(scope, node.text)
    for (const flow of (local === undefined ? undefined : scan.flows.get(local.symbol)) ?? []) {
      if (!('default' in flow)) flow.required ??= true
    }
  }
}
