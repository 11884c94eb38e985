import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import {
  type OpenFile,
  openFile,
  type OpenFileOptions,
} from '../../src/cohorts/source/file-engine.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'

/** A file in a folder of its own, removed after the test. */
export async function writtenFile(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(await temporaryFolder(), name)
  await writeFile(file, content)
  return file
}

/** An open file, closed after the test. */
export async function openedFile(
  file: string | string[],
  options: OpenFileOptions = {},
): Promise<OpenFile> {
  const found = await openFile(file, options)
  onTestFinished(() => found.close())
  return found
}
