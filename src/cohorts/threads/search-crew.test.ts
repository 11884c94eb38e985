import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { createRandom, type Random } from '../../stats/random.ts'
import { searchCohorts } from '../search-cohorts.ts'
import { answerOf } from '../search/search-measures.ts'
import { plantedTable } from '../testing/planted-table.ts'
import { SearchCrew } from './search-crew.ts'
import { searchControl, type ToSearchThread } from './search-messages.ts'
import { SearchThread } from './search-threads.ts'
import { sharedSearch } from './shared-search.ts'

/** Hears each message a while later than the others do, in the order in which they were sent. */
class LateThread extends SearchThread {
  random: Random = createRandom(0)
  #sent = Promise.resolve()

  override send(message: ToSearchThread): void {
    const delay = this.random.uniform() < 0.5 ? 0 : this.random.uniform() * 60
    this.#sent = this.#sent.then(() => sleep(delay)).then(() => super.send(message))
  }
}

// large enough for a scan to be shared
const planted = plantedTable({
  seed: 5,
  rows: 16_000,
  candidateShare: 0.4,
  baseRate: 0.05,
  measures: 2,
  cohort: 'random',
})
const search = { table: planted.table, measures: planted.measures, leastScore: -5 }
const threads = [new LateThread(), new LateThread(), new LateThread()]

afterAll(async () => {
  for (const thread of threads) thread.listener = undefined
  await Promise.all(threads.map(({ worker }) => worker.terminate()))
})

test('whichever thread begins when, and helps whom, the suggestions are the same', async () => {
  const wanted = searchCohorts(search)
  expect(wanted.found.length).toBeGreaterThan(0)
  for (const seed of [1, 2]) {
    for (const [i, thread] of threads.entries()) thread.random = createRandom(10 * seed + i)
    const crew = new SearchCrew(sharedSearch(search), threads, searchControl(2))
    // oxlint-disable-next-line no-await-in-loop -- one search at a time
    const found = answerOf(search, await crew.run())
    expect(JSON.stringify(found)).toBe(JSON.stringify(wanted))
  }
})
