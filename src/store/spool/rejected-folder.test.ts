import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { RejectedFolder } from './rejected-folder.ts'

test('what is set aside is kept, the oldest only as far as there is room, which is said', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-test-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const lines: string[] = []
  const options = { maxBytes: 250, log: (line: string) => lines.push(line) }
  const rejected = await RejectedFolder.open(path.join(folder, 'rejected'), options)
  for (const name of ['1', '2', '3']) {
    const file = path.join(folder, name)
    await writeFile(file, Buffer.alloc(100))
    const segment = { name, file, bytes: 100, rows: 1, since: 0, isDoubtful: false }
    expect(path.dirname(await rejected.take(segment))).toBe(path.join(folder, 'rejected'))
  }
  expect((await readdir(path.join(folder, 'rejected'))).toSorted()).toEqual(['2', '3'])
  expect(rejected).toMatchObject({ files: 2, bytes: 200, droppedFiles: 1, droppedBytes: 100 })
  expect(lines).toEqual([expect.stringContaining('/rejected/1, 100 bytes')])
  const again = await RejectedFolder.open(path.join(folder, 'rejected'), options)
  expect(again).toMatchObject({ files: 2, bytes: 200, droppedFiles: 0 })
})
