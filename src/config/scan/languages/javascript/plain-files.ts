/** Small formats beside the scripts, read without a grammar. */
import type { FileScan } from './file-scan.ts'

/** Prisma's `env("KEY")`; node-config's custom-environment-variables, whose values name keys. */
export function plainFile(path: string, scan: FileScan, text: string): void {
  const add = (key: string, at: number): void => {
    scan.facts.reads.push({ ...scan.placeOf(at), key, tier: 'binding' })
  }
  if (path.endsWith('.prisma')) {
    const plain = text.replaceAll(/\/\/[^\n]*/g, (it) => ' '.repeat(it.length))
    for (const match of plain.matchAll(/\benv\(\s*"([A-Za-z_]\w*)"\s*\)/g))
      add(match[1]!, match.index)
    return
  }
  for (const match of text.matchAll(/:\s*"([A-Z][A-Z0-9_]*)"/g)) {
    // `__format` says how the value is read
    add(match[1]!, match.index)
  }
}
