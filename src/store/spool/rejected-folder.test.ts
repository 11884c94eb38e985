import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { RejectedFolder } from './rejected-folder.ts'

test('what is set aside is kept, the oldest only as far as there is room', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-test-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const rejected = await RejectedFolder.open(path.join(folder, 'rejected'), 250)
  for (const name of ['1', '2', '3']) {
    const file = path.join(folder, name)
    await writeFile(file, Buffer.alloc(100))
    const moved = await rejected.take({ name, file, bytes: 100, rows: 1, since: 0 })
    expect(path.dirname(moved)).toBe(path.join(folder, 'rejected'))
  }
  expect((await readdir(path.join(folder, 'rejected'))).toSorted()).toEqual(['2', '3'])
  const again = await RejectedFolder.open(path.join(folder, 'rejected'), 250)
  expect({ files: again.files, bytes: again.bytes }).toEqual({ files: 2, bytes: 200 })
})
