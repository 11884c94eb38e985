/** Imports and exports, ECMAScript's and CommonJS's. */
import { addRead, addSymbol, type FileScan } from './file-scan.ts'
import { givesEnvironment, knownMeaning, namesAreKeys } from './known-modules.ts'
import { fieldOf, type LiftedNode, literalText, unwrap } from './lifted-node.ts'
import type { Scope } from './scope.ts'

const processModule = /^(node:)?process$/

export function declareImport(scan: FileScan, statement: LiftedNode, scope: Scope): void {
  const source = fieldOf(statement, 'source')
  const module = literalText(source)
  if (module === undefined || source === undefined) return
  if (
    /^import\s+type\b/.test(statement.text) &&
    knownMeaning(module, 'ConfigService') === undefined &&
    !/[./]/.test(module)
  )
    return
  const clause = statement.children.find((it) => it.type === 'import_clause')
  for (const part of clause?.children ?? []) {
    if (part.type === 'identifier') bind(scan, scope, part.text, module, 'default', part, source)
    else if (part.type === 'namespace_import') {
      bind(scan, scope, part.children[0]?.text ?? '', module, '*', part, source)
    } else if (part.type === 'named_imports') {
      for (const specifier of part.children) {
        const name = fieldOf(specifier, 'name')?.text ?? ''
        bind(
          scan,
          scope,
          fieldOf(specifier, 'alias')?.text ?? name,
          module,
          name,
          specifier,
          source,
        )
      }
    }
  }
}

/** Also of `const x = require('module')`. */
export function bind(
  scan: FileScan,
  scope: Scope,
  name: string,
  module: string,
  imported: string,
  at: LiftedNode,
  source: LiftedNode,
): void {
  if (name === '' || (name === 'process' && processModule.test(module))) return
  scope.names.set(name, { symbol: name, kind: 'import', init: source })
  if (namesAreKeys(module) && imported !== '*' && /^[A-Z]/.test(imported)) {
    addRead(scan, at, { key: imported, tier: 'binding', via: module })
    return
  }
  const known = knownMeaning(module, imported)
  if (known !== undefined) addSymbol(scan, name, known)
  else if (givesEnvironment(module, imported)) {
    addSymbol(scan, name, { is: 'object', members: { '()': { is: 'environment' } } })
  } else if (module === 'dotenv' || module === '@dotenvx/dotenvx') {
    const parsed = { is: 'object' as const, members: { parsed: { is: 'environment' as const } } }
    if (imported === 'config') addSymbol(scan, name, { is: 'object', members: { '()': parsed } })
    else
      addSymbol(scan, name, {
        is: 'object',
        members: { config: { is: 'object', members: { '()': parsed } } },
      })
  } else scan.facts.imports.push({ name, module, imported })
}

export function declareExport(
  scan: FileScan,
  statement: LiftedNode,
  exportName: (local: string, as: string) => void,
): void {
  const module = literalText(fieldOf(statement, 'source'))
  const clause = statement.children.find((it) => it.type === 'export_clause')
  const { imports } = scan.facts
  if (module !== undefined) {
    if (clause !== undefined) {
      for (const specifier of clause.children) {
        const imported = fieldOf(specifier, 'name')?.text ?? ''
        const exported = fieldOf(specifier, 'alias')?.text ?? imported
        const known = knownMeaning(module, imported)
        if (known !== undefined)
          scan.facts.symbols.push({ name: `export@${specifier.start}`, exported, meaning: known })
        else imports.push({ name: '', module, imported, exported })
      }
      return
    }
    const namespace = statement.children.find((it) => it.type === 'namespace_export')
    if (namespace === undefined) imports.push({ name: '', module, imported: '*', exported: '*' })
    else
      imports.push({ name: '', module, imported: '*', exported: namespace.children[0]?.text ?? '' })
    return
  }
  for (const specifier of clause?.children ?? []) {
    const local = fieldOf(specifier, 'name')?.text ?? ''
    exportName(local, fieldOf(specifier, 'alias')?.text ?? local)
  }
}

/** The module of `require('module')` or `await import('module')`. */
export function requiredModule(given: LiftedNode | undefined): LiftedNode | undefined {
  if (given === undefined) return undefined
  const node = unwrap(given)
  if (node.type !== 'call_expression') return undefined
  const callee = fieldOf(node, 'function')
  if (callee?.text !== 'require' && callee?.text !== 'import') return undefined
  const source = fieldOf(node, 'arguments')?.children[0]
  return literalText(source) === undefined ? undefined : source
}
