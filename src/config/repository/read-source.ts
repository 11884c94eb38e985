import { open } from 'node:fs/promises'
import { join } from 'node:path'

/** The text of a file, or why there is none: `nothing` where nobody would take it for text. */
export type SourceText = { text: string } | { unread: string } | { nothing: true }

/** Bytes; no hand-written source is larger. */
export const maximumSourceBytes = 2_000_000

/** Reads a file as UTF-8 (with or without byte order mark; UTF-16 with one). */
export async function readSource(root: string, path: string): Promise<SourceText> {
  let handle
  try {
    handle = await open(join(root, path))
    const { size } = await handle.stat()
    if (size > maximumSourceBytes) return { unread: 'The file is larger than 2 MB.' }
    const bytes = await handle.readFile()
    if (bytes.length > maximumSourceBytes) return { unread: 'The file is larger than 2 MB.' }
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: bytes.toString('utf16le').slice(1) }
    if (bytes.subarray(0, 8192).includes(0)) return { unread: 'The file is binary.' }
    const text = bytes.toString('utf8')
    return { text: text.startsWith('\uFEFF') ? text.slice(1) : text }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return code === 'ENOENT' ? { nothing: true } : { unread: `The file cannot be read (${code}).` }
  } finally {
    await handle?.close()
  }
}
