import { afterAll, beforeAll, expect, test } from 'vitest'
import { edgeRuns, type EdgeRuns } from './judge/edge-runs.ts'

let runs: EdgeRuns

beforeAll(async () => {
  runs = await edgeRuns()
})

afterAll(async () => {
  await runs.close()
})

test('a wrong value that fails two services further on: rollback, and nothing without it', async () => {
  const [healthy] = await runs.run()
  expect(healthy).toMatchObject({ verdict: 'hold', findings: [] })
  const [faulty] = await runs.run({ fault: 'wrong-value' })
  expect(faulty).toMatchObject({ verdict: 'rollback' })
  const [finding, ...more] = faulty!.findings
  expect(finding).toMatchObject({
    kind: 'failure-rate',
    severity: 'critical',
    cohort: [
      { attribute: 'edge.target', value: 'shipping' },
      { attribute: 'edge.operation', value: 'POST /parcels' },
    ],
  })
  expect(finding!.title).toMatch(
    /^shipping POST \/parcels fails in 100 % of the traces with the candidate, [\d.]+ % with the baseline \(/,
  )
  expect(finding!.evidence.exemplars).toHaveLength(5)
  expect(faulty!.headline).toContain(finding!.title)
  // the users see the same traces fail
  expect(finding!.explains).toEqual(more.map(({ id }) => id))
  expect(more.map(({ title }) => title.split(' fails')[0])).toEqual([
    'storefront GET /checkout, where the traces begin,',
  ])
})
