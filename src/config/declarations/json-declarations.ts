import { relaxedName } from '../scan/languages/java/property-names.ts'
import { lineStarts, placeAt } from '../scan/languages/curly/tokens.ts'
import type { Declaration, DeclarationKind } from './declaration.ts'
import { declaration, isDeclaredName, maxDeclarations } from './declaring.ts'
import type { Told } from './declaring.ts'

type Json = Record<string, unknown>

const maxDepth = 12

/** Whether a JSON file may declare keys, by its name. */
export function declaresInJson(path: string): boolean {
  return /(?:^|\/)(?:app|turbo|vercel|devcontainer|local\.settings|cloud-run|appsettings(?:\.[\w-]+)?)\.jsonc?$|env[^/]*schema[^/]*\.json$|spring-configuration-metadata\.json$/i.test(
    path,
  )
}

export function jsonDeclarations(path: string, text: string): Declaration[] {
  const root = parsed(text)
  if (root === undefined) return []
  const found: Declaration[] = []
  const places = placesOf(text)
  const add = (key: string, kind: DeclarationKind, told: Told = {}, written = key): void => {
    if (found.length < maxDeclarations)
      found.push(declaration(path, kind, key, places.get(written) ?? 1, told))
  }
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  if (name.endsWith('spring-configuration-metadata.json')) {
    for (const property of list(root.properties)) {
      const { name: written, description, defaultValue } = object(property)
      const key = typeof written === 'string' ? relaxedName(written) : undefined
      if (key)
        add(
          key,
          'schema',
          { comment: textOf(description), default: textOf(defaultValue) },
          written as string,
        )
    }
  } else if (name.startsWith('appsettings') || name === 'local.settings.json') {
    const values = object(root.Values)
    flatten(name.startsWith('app') ? root : values, '', 0, (key, value) =>
      add(key, 'settings', { example: value }, key.slice(key.lastIndexOf('__') + 2)),
    )
  } else if (name.includes('schema')) {
    const required = new Set(list(root.required))
    for (const [key, of] of Object.entries(object(root.properties)))
      if (isDeclaredName(key)) {
        const { description, default: standIn } = object(of)
        add(key, 'schema', {
          comment: textOf(description),
          default: textOf(standIn),
          required: required.has(key),
        })
      }
  } else if (name.startsWith('turbo')) {
    const lists = [root, ...Object.values(object(root.tasks ?? root.pipeline)).map(object)]
    for (const one of lists)
      for (const field of ['globalEnv', 'globalPassThroughEnv', 'env', 'passThroughEnv'])
        for (const key of list(one[field]))
          if (typeof key === 'string' && isDeclaredName(key)) add(key, 'platform')
  } else
    for (const field of ['env', 'containerEnv', 'remoteEnv', 'build'])
      for (const [key, of] of Object.entries(
        object(field === 'build' ? object(root.build).env : root[field]),
      )) {
        if (!isDeclaredName(key)) continue
        const told = object(of)
        const required = typeof told.required === 'boolean' ? told.required : undefined
        add(key, 'platform', {
          example: textOf(told.value ?? of),
          comment: textOf(told.description),
          required,
        })
      }
  return found
}

function parsed(text: string): Json | undefined {
  for (const candidate of [text, withoutComments(text)])
    try {
      return object(JSON.parse(candidate))
    } catch {
      // comments and trailing commas are tried next
    }
  return undefined
}

function withoutComments(text: string): string {
  const pieces = text.replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g, (piece) =>
    piece.startsWith('"') ? piece : ' ',
  )
  return pieces.replace(/,(\s*[}\]])/g, '$1')
}

/** Line of the first `"name"` of every name. */
function placesOf(text: string): Map<string, number> {
  const places = new Map<string, number>()
  const starts = lineStarts(text)
  for (const match of text.matchAll(/"([A-Za-z_][^"\\\n]{0,199})"/g))
    if (!places.has(match[1]!)) places.set(match[1]!, placeAt(starts, match.index).line)
  return places
}

function flatten(
  value: Json,
  prefix: string,
  depth: number,
  add: (key: string, value: string) => void,
): void {
  for (const [key, inner] of Object.entries(value)) {
    if (!/^[A-Za-z_][\w.-]*$/.test(key) || depth > maxDepth) continue
    if (inner !== null && typeof inner === 'object' && !Array.isArray(inner))
      flatten(inner as Json, `${prefix}${key}__`, depth + 1, add)
    else if (!Array.isArray(inner)) add(prefix + key, textOf(inner) ?? '')
  }
}

function object(value: unknown): Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {}
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined
}
