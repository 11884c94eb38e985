/** Every conjunction of up to `maxOrder` conditions: values, intervals of numbers, absence. */
import type { Population } from '../cell-counts.ts'
import type { Contender, ScanAttribute, ScanResult, ScanSettings } from './scan-contender.ts'
import { ScanJury } from './scan-jury.ts'
import { compareContenders, ContenderKeeper } from './scan-keeper.ts'
import { cellsOfOrder, ScanRun, scanParts } from './scan-plan.ts'
import { scanSpace, type ScanSpace } from './scan-space.ts'

/**
 * Complete to the order asked for: a cell is left out only where it has too few bad rows, or cannot pay for its
 * description, or is not worse than a wider cell that it lies in. Of the intervals and boxes of numbers in one slice of
 * the rows the best one is kept.
 *
 * Pure. Weights are taken as evidence: where bad rows were sampled, scale them down first. With weights that are multiples
 * of 1/1024 the order of the rows makes no difference. `stop` is asked now and then; when it says yes, the answer has
 * what was scanned so far and `cut` says which orders were not finished.
 */
export function scanCohorts(
  population: Population,
  attributes: readonly ScanAttribute[],
  settings: ScanSettings,
  stop: () => boolean = () => false,
): ScanResult {
  const space = scanSpace(population, attributes, settings, false)
  const run = ScanRun.of(space, stop)
  const open = new Set<number>()
  for (const part of scanParts(space, run.root)) {
    if (stop() || !run.do(part)) open.add(part.order)
  }
  run.end()
  return scanResult(space, run.contenders, open)
}

/** @param open orders that were not finished */
export function scanResult(
  space: ScanSpace,
  contenders: readonly Contender[],
  open: ReadonlySet<number>,
): ScanResult {
  const root = new ScanJury(space, new ContenderKeeper(1)).root()
  const cut: string[] = []
  let cells = root.length
  for (let order = 1; order <= space.maxOrder; order++) {
    if (!open.has(order)) cells += cellsOfOrder(space, order)
    else cut.push(`Not all cohorts of ${conditions(order)} were compared: the search was stopped.`)
  }
  const numbers = space.axes.filter(({ kind }) => kind === 'number').length
  if (Math.min(space.maxOrder, numbers) > 3) {
    cut.push('Cohorts with ranges of more than three numbers were not compared.')
  }
  return {
    contenders: [...root, ...contenders].toSorted(compareContenders),
    crowded: isCrowded(contenders, space.keep),
    cells,
    cut,
  }
}

/** An order of which as many are kept as can be, the last of which pays: another one may have had no place. */
function isCrowded(contenders: readonly Contender[], keep: number): boolean {
  const paying = new Map<number, number>()
  for (const { conditions, fit } of contenders)
    if (fit > 0) paying.set(conditions.length, (paying.get(conditions.length) ?? 0) + 1)
  return [...paying.values()].some((count) => count >= keep)
}

function conditions(order: number): string {
  return order === 1 ? '1 condition' : `${order} conditions`
}
