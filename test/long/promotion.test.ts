import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { AftergreenError } from '../../src/errors.ts'
import { createRandom } from '../../src/stats/random.ts'
import { startEmbeddedEngine } from '../../src/store/engine/embedded-engine.ts'
import { initialPromotions } from '../../src/store/tables/attribute-columns.ts'
import { AdaptingTables } from '../promotion/adapting-tables.ts'

const seconds = 15
const keys = Array.from({ length: 30 }, (_, i) => `shop.key${i}`)

test('several processes write and read while keys get columns: no answer misses a stored row', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-promotion-'))
  const engine = await startEmbeddedEngine({ folder, database: 'aftergreen', log: () => {} })
  try {
    const options = {
      alone: false,
      every: 400,
      refreshEvery: 200,
      staleAfter: 800,
      activeAfter: 2000,
      policy: { minRows: 20, rounds: 1, perRound: 2, share: 0.001 },
    }
    const first = await AdaptingTables.open(engine, 'shared', options)
    const second = await AdaptingTables.open(engine, 'shared', options)
    // a process that promotes nothing, and looks as seldom as it may
    const reader = await AdaptingTables.open(engine, 'shared', {
      ...options,
      every: 3_600_000,
      refreshEvery: 600,
    })
    const stored = new Map(keys.map((key) => [key, 0]))
    const sent = new Map(keys.map((key) => [key, 0]))
    const until = Date.now() + seconds * 1000
    let answers = 0
    let refusals = 0
    const wrong: string[] = []

    const writing = [first, second].map(async (tables, seed) => {
      const random = createRandom(seed + 1)
      while (Date.now() < until) {
        const chosen = keys.filter(() => random.uniform() < 0.5)
        const row = Object.fromEntries(chosen.map((key) => [key, 1]))
        for (const key of chosen) sent.set(key, (sent.get(key) ?? 0) + 5)
        await tables.write([row, row, row, row, row])
        for (const key of chosen) stored.set(key, (stored.get(key) ?? 0) + 5)
        await sleep(20)
      }
    })
    const reading = [first, reader].map(async (tables, seed) => {
      const random = createRandom(seed + 3)
      while (Date.now() < until) {
        const key = keys[random.integer(keys.length)] ?? ''
        const least = stored.get(key) ?? 0
        try {
          const { 1: found = 0 } = await tables.values(key, 'int')
          answers++
          if (found < least || found > (sent.get(key) ?? 0)) {
            wrong.push(`${key}: ${found} of at least ${least} rows`)
          }
        } catch (error) {
          // a process that was not let near the engine long enough says so
          if (!(error instanceof AftergreenError) || error.code !== 'ENGINE_UNAVAILABLE')
            throw error
          refusals++
        }
        await sleep(10)
      }
    })
    await Promise.all([...writing, ...reading])
    expect(wrong).toEqual([])
    expect(answers).toBeGreaterThan(100)
    expect(answers).toBeGreaterThan(refusals)
    const { promoted } = first.promotion.health().traces
    expect(promoted).toBeGreaterThan(initialPromotions.length + 15)
    // and columns were filled, not only made
    const filled = first.encode([Object.fromEntries(keys.map((key) => [key, 1]))])
    expect(
      filled.columns.filter((name) => name.startsWith('attr_shop_key')).length,
    ).toBeGreaterThan(5)
    for (const tables of [first, second, reader]) await tables.promotion.close()
  } finally {
    await engine.close()
    await rm(folder, { recursive: true, force: true })
  }
})
