/** Small formats beside the scripts, read without a grammar. */
import type { FileScan } from './file-scan.ts'

import { given } from '../shell/shell-reads.ts'

/** Prisma's `env("KEY")`; node-config's custom-environment-variables, whose values name keys. */
export function plainFile(path: string, scan: FileScan, text: string): void {
  if (path.endsWith('.prisma')) {
    const plain = text.replaceAll(/\/\/[^\n]*/g, (it) => ' '.repeat(it.length))
    for (const match of plain.matchAll(/\benv\(\s*"([A-Za-z_]\w*)"\s*\)/g))
      scan.facts.reads.push({ ...scan.placeOf(match.index), key: match[1]!, tier: 'binding' })
    return
  }
  if (/(^|\/)package\.json$/.test(path)) return scripts(scan, text)
  keyValues(scan, text)
}

/** Values that are names of keys; in lower case they say how a value is read (`__format`). */
export function keyValues(scan: FileScan, text: string): void {
  for (const match of text.matchAll(/:\s*(["']?)([A-Z][A-Z0-9_]+)\1\s*(?=[,}\]\r\n#]|$)/g))
    scan.facts.reads.push({ ...scan.placeOf(match.index), key: match[2]!, tier: 'binding' })
}

/** The environment of what `npm run` starts: `"start": "serve --port ${PORT:-3000}"`. */
function scripts(scan: FileScan, text: string): void {
  const start = /"scripts"\s*:\s*\{/.exec(text)
  if (start === null) return
  const end = text.indexOf('\n  }', start.index)
  const block = text.slice(start.index, end < 0 ? undefined : end)
  for (const line of block.matchAll(/"(?:[^"\\\n]|\\.)*"\s*:\s*"((?:[^"\\\n]|\\.)*)"/g)) {
    const command = line[1]!
    const offset = start.index + line.index + line[0].length - command.length - 1
    for (const match of command.matchAll(
      /\$(?:\{([A-Z][A-Z0-9_]*)(?::?-([^}$]*))?\}|([A-Z][A-Z0-9_]*))/g,
    )) {
      const key = (match[1] ?? match[3])!
      const before = command.slice(0, match.index)
      if (
        given.has(key) ||
        new RegExp(`(^|[\\s;&"'])${key}=`).test(before) ||
        before.endsWith('\\')
      )
        continue
      const standIn =
        match[2] === undefined ? {} : { default: { literal: match[2], forEmpty: true } }
      scan.facts.reads.push({
        ...scan.placeOf(offset + match.index),
        key,
        tier: 'reference',
        ...standIn,
      })
    }
  }
}
