import { parseSync } from 'vite'

export interface Import {
  /** What stands between the quotes; null where it is computed and cannot be known. */
  specifier: string | null
  /** Erased before the program runs: `import type`, `export type … from`, `import('…').T`. */
  typeOnly: boolean
  /** `import()` while the program runs. */
  dynamic: boolean
}

/**
 * Every way in which a TypeScript file names another: imports, exports from, dynamic imports, types by import.
 * `import { type A }` is no type-only import: the file itself is still loaded.
 * @throws SyntaxError
 */
export function importsOf(path: string, text: string): Import[] {
  const { program, errors } = parseSync(path, text)
  const [error] = errors
  if (error !== undefined) throw new SyntaxError(`${path}: ${error.message}`)
  const found: Import[] = []
  visit(program, found)
  return found
}

function visit(node: unknown, found: Import[]): void {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, found)
    return
  }
  if (!isNode(node)) return
  const { type, source, importKind, exportKind } = node
  const specifier = isNode(source) && typeof source['value'] === 'string' ? source['value'] : null
  switch (type) {
    case 'ImportDeclaration':
      found.push({ specifier, typeOnly: importKind === 'type', dynamic: false })
      break
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      if (isNode(source)) found.push({ specifier, typeOnly: exportKind === 'type', dynamic: false })
      break
    case 'TSImportType':
      found.push({ specifier, typeOnly: true, dynamic: false })
      break
    case 'ImportExpression':
      found.push({ specifier, typeOnly: false, dynamic: true })
      break
    default:
  }
  for (const child of Object.values(node)) visit(child, found)
}

function isNode(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
