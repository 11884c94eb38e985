import { openStore } from '../src/store/store.ts'
import type { NumberedSignal } from './client-processes.ts'

export interface Count {
  acknowledged: number
  /** Distinct numbers. */
  stored: number
  /** Acknowledged and not there. */
  lost: number
  /** There more than once. */
  doubled: number
  /** There, although nobody was told so: allowed, once. */
  unacknowledged: number
}

/** Opens the data folder, waits until everything is in the engine, and compares. */
export async function countStored(
  folder: string,
  acknowledged: Record<NumberedSignal, readonly number[]>,
): Promise<{ counts: Record<NumberedSignal, Count>; setAside: number }> {
  const store = await openStore({ dataFolder: folder, log: () => {} })
  try {
    await store.drained()
    const count = async (signal: NumberedSignal, table: string): Promise<Count> => {
      const number = store.attribute(signal, 'torture.number', 'int')
      const { columns } = await store.queryColumns(
        `SELECT toInt64(assumeNotNull(${number})) AS number, count() AS copies
         FROM ${store.database}.${table} WHERE ${number} IS NOT NULL GROUP BY number`,
      )
      return compare(acknowledged[signal], columns['number'] ?? [], columns['copies'] ?? [])
    }
    const [traces, logs] = [await count('traces', 'spans'), await count('logs', 'logs')]
    return { counts: { traces, logs }, setAside: store.health().spool.rejectedFiles }
  } finally {
    await store.close()
  }
}

/** @param numbers distinct, with how often each is stored in `copies` */
export function compare(
  acknowledged: readonly number[],
  numbers: ArrayLike<unknown>,
  copies: ArrayLike<unknown>,
): Count {
  const told = new Set(acknowledged)
  let found = 0
  let doubled = 0
  for (let i = 0; i < numbers.length; i++) {
    if (told.has(Number(numbers[i]))) found++
    if (Number(copies[i]) > 1) doubled++
  }
  return {
    acknowledged: told.size,
    stored: numbers.length,
    lost: told.size - found,
    doubled,
    unacknowledged: numbers.length - found,
  }
}
