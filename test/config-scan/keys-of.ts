import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { scanRepository } from '../../src/config/scan/scan-repository.ts'

/** Names that a repository of these files reads, in order. */
export async function keysOf(files: Record<string, string>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'aftergreen-scan-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    const scan = await scanRepository(root, { threads: 1 })
    return [...new Set(scan.reads.map((it) => it.key))].toSorted()
  } finally {
    rmSync(root, { recursive: true })
  }
}
