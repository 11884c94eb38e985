import { type Signal, signals } from '../../signal.ts'
import type { DiskBudget, RetentionPolicy } from './retention-policy.ts'

/** The disk that holds the tables, in bytes. */
export interface Disk {
  total: number
  free: number
}

/** The default: so much of the disk for telemetry, ... */
const automaticShare = 0.7
/** ... and so much of it left free by telemetry, whoever uses the rest. */
const automaticFree = 0.1

/**
 * The budgets of a policy in bytes, Infinity where there is none.
 * @param used bytes of all tables now
 */
export function byteLimits(
  { budget, signalBudgets }: Pick<RetentionPolicy, 'budget' | 'signalBudgets'>,
  disk: Disk,
  used: number,
): { bytes: Record<Signal, number>; total: number } {
  const inBytes = (of: DiskBudget | undefined): number => {
    if (of === undefined) return Infinity
    return 'bytes' in of ? of.bytes : of.share * disk.total
  }
  const bytes = Object.fromEntries(
    signals.map((signal) => [signal, inBytes(signalBudgets[signal])]),
  ) as Record<Signal, number>
  if (budget === 'unlimited') return { bytes, total: Infinity }
  if (budget !== 'automatic') return { bytes, total: inBytes(budget) }
  const leaving = used + disk.free - automaticFree * disk.total
  return { bytes, total: Math.max(0, Math.min(automaticShare * disk.total, leaving)) }
}
