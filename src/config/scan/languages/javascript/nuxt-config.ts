/**
 * Nuxt's `runtimeConfig`: each of its values may be set by `NUXT_` and its path, words of camel case apart (Nuxt guide,
 * "Runtime config: environment variables").
 */
import type { Node } from 'web-tree-sitter'
import { addRead, type FileScan } from './file-scan.ts'

export const isNuxtConfig = (path: string): boolean => /(^|\/)nuxt\.config\.[mc]?[jt]s$/.test(path)

export function nuxtConfig(scan: FileScan, root: Node): void {
  for (const pair of root.descendantsOfType('pair')) {
    if (pair === null || nameOf(pair) !== 'runtimeConfig') continue
    const value = pair.childForFieldName('value')
    if (value?.type === 'object') valuesIn(scan, value, 'NUXT', 0)
  }
}

function valuesIn(scan: FileScan, object: Node, prefix: string, depth: number): void {
  for (const pair of object.namedChildren) {
    const name = pair?.type === 'pair' ? nameOf(pair) : undefined
    if (!pair || name === undefined || !/^[A-Za-z]\w*$/.test(name)) continue
    const value = pair.childForFieldName('value')
    const key = `${prefix}_${name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`
    if (value?.type === 'object' && depth < 6) valuesIn(scan, value, key, depth + 1)
    else if (value?.type === 'string') {
      const literal = value.text.slice(1, -1)
      const given = literal === '' ? {} : { default: { literal, forEmpty: false } }
      addRead(
        scan,
        { start: pair.startIndex },
        { key, tier: 'binding', via: 'runtimeConfig', ...given },
      )
    } else addRead(scan, { start: pair.startIndex }, { key, tier: 'binding', via: 'runtimeConfig' })
  }
}

const nameOf = (pair: Node): string | undefined =>
  pair.childForFieldName('key')?.text.replace(/^['"]|['"]$/g, '')
