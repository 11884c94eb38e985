import {
  defaultRetention,
  type RetentionPolicy,
} from '../../src/store/retention/retention-policy.ts'
import type { RetentionHealth } from '../../src/store/retention/retention.ts'
import type { TestSpan } from '../store/export-request.ts'
import { until } from '../store/processes.ts'
import { testStore, type TestStore } from '../store/test-store.ts'

const day = 86_400_000
const now = Date.now()
export const daysAgo = (days: number): number => now - days * day

export async function opened(
  folder: string,
  policy: Partial<RetentionPolicy> = {},
): Promise<TestStore> {
  const retention = { policy: { ...defaultRetention, ...policy }, every: 150 }
  return await testStore(folder, { retention })
}

export const retentionOf = ({ store }: Pick<TestStore, 'store'>): RetentionHealth =>
  store.health().retention!

/** Resolves after a round that began now or later. */
export async function round(test: TestStore): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const { lastRun } = retentionOf(test)
    await until(() => retentionOf(test).lastRun !== lastRun)
  }
}

export async function sendEach(test: TestStore, spans: TestSpan[]): Promise<void> {
  for (const span of spans) {
    await test.send([span])
    await test.store.drained()
  }
}
