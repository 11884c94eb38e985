import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openLedger } from '../ledger/open-ledger.ts'
import { sampleSelfCheck } from '../testing/sample-self-check.ts'
import type { SelfCheckRun } from './self-check.ts'

const run = (service: string, seed: number): SelfCheckRun =>
  sampleSelfCheck({ service, environment: '', seed })

test('the latest run of each service is told, and a bounded number is kept', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-checks-'))
  const ledger = await openLedger(folder)
  onTestFinished(async () => {
    await ledger.close()
    await rm(folder, { recursive: true, force: true })
  })
  expect(await ledger.latestSelfCheck({ service: 'a', environment: '' })).toBeNull()
  for (let seed = 1; seed <= 34; seed++) await ledger.recordSelfCheck(run('a', seed))
  await ledger.recordSelfCheck(run('b', 1))
  await ledger.recordSelfCheck({ ...run('a', 99), environment: 'staging' })
  expect(await ledger.latestSelfCheck({ service: 'a', environment: '' })).toEqual(run('a', 34))
  const seeds = async (service?: string): Promise<number[]> =>
    (await ledger.latestSelfChecks(service)).map(({ seed }) => seed)
  expect(await seeds()).toEqual([34, 99, 1])
  expect(await seeds('b')).toEqual([1])

  const { DatabaseSync } = await import('node:sqlite')
  const file = new DatabaseSync(path.join(folder, 'ledger.sqlite'), { readOnly: true })
  const rows = file.prepare(
    'SELECT service, environment, count(*) AS n FROM self_checks GROUP BY 1, 2',
  )
  expect(rows.all().map(({ n }) => n)).toEqual([30, 1, 1])
  file.close()
})
