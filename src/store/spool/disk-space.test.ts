import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DiskSpace } from './disk-space.ts'

async function space(reserve?: number): Promise<DiskSpace> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-test-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return await DiskSpace.open(folder, reserve)
}

test('there is room above the reserve, and none below it', async () => {
  const disk = await space(0)
  expect(await disk.hasRoom()).toBe(true)
  expect(await (await space(disk.free * 2)).hasRoom()).toBe(false)
  expect((await space()).reserve).toBeLessThanOrEqual(2 ** 30)
})

test('what was written counts at once, and the disk is asked before anything is refused', async () => {
  const disk = await space(1000)
  const { free } = disk
  disk.wrote(500)
  expect(disk.free).toBe(free - 500)
  disk.wrote(free)
  // the disk knows better
  expect(await disk.hasRoom()).toBe(true)
})
