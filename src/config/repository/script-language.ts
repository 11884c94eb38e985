import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Language } from '../key-read.ts'

const interpreters: [pattern: RegExp, language: Language][] = [
  [/^(?:ba|da|a|z|k|mk)?sh$|^with-contenv$|^bats$/, 'shell'],
  [/^python[\d.]*$|^uv$/, 'python'],
  [/^(?:node|nodejs|bun|deno|tsx|ts-node)$/, 'javascript'],
  [/^ruby[\d.]*$/, 'ruby'],
  [/^php[\d.]*$/, 'php'],
]

/** Language of a file whose name does not tell it, by its `#!` line; undefined where it has none that is known. */
export async function scriptLanguage(root: string, path: string): Promise<Language | undefined> {
  if (path.slice(path.lastIndexOf('/') + 1).includes('.')) return undefined
  let handle
  try {
    handle = await open(join(root, path))
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(128), 0, 128, 0)
    const line = /^#!([^\n]*)/.exec(buffer.toString('utf8', 0, bytesRead))?.[1]
    const words = (line ?? '')
      .trim()
      .split(/\s+/)
      .filter((it) => !/^-|=/.test(it))
    const program = (words[0] ?? '').split('/').at(-1) === 'env' ? words[1] : words[0]
    const name = program?.split('/').at(-1) ?? ''
    return interpreters.find(([pattern]) => pattern.test(name))?.[1]
  } catch {
    return undefined
  } finally {
    await handle?.close()
  }
}
