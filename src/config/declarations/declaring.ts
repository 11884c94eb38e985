import type { Declaration, DeclarationKind } from './declaration.ts'
import { SealedValue } from '../sealed-value.ts'

export const maxDeclarations = 50_000

export interface Told {
  default?: string | undefined
  comment?: string | undefined
  example?: string | undefined
  required?: boolean | undefined
  type?: Declaration['type'] | undefined
}

export function declaration(
  path: string,
  kind: DeclarationKind,
  key: string,
  line: number,
  told: Told = {},
): Declaration {
  const comment = told.comment?.replaceAll(/\s+/g, ' ').trim().slice(0, 300)
  return {
    key,
    location: { file: path, line },
    kind,
    component: path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '',
    ...(told.default !== undefined && { default: told.default.slice(0, 300) }),
    ...(comment && { comment }),
    ...(told.example !== undefined &&
      told.example !== '' && { example: new SealedValue(told.example) }),
    ...(told.required !== undefined && { required: told.required }),
    ...(told.type && { type: told.type }),
  }
}

/** Without quotes around it and without the comment behind it. */
export function plainValue(raw: string): string {
  const value = raw.trim()
  const quoted = /^(["'`])(.*?)\1(?:\s+#.*)?$/s.exec(value)
  return quoted ? quoted[2]! : value.replace(/(?:^|\s+)#.*$/, '')
}

/** Upper case with at least two letters; in prose an underscore too, since words are written in upper case as well. */
export function isDeclaredName(name: string, inProse = false): boolean {
  if (!/^_*[A-Z][A-Z0-9_]*[A-Z0-9]$/.test(name) || name.length > 200) return false
  return !inProse || name.includes('_')
}
