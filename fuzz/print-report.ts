import type { FuzzReport } from './report.ts'

/** Prints a report as tables for people. */
export function printReport(report: FuzzReport): void {
  const { payloads, seed, seconds, outcomes, slowest, memory, failures, planted } = report
  const speed = Math.round(payloads / Math.max(seconds, 0.001))
  console.log(`${payloads} payloads (seed ${seed}) in ${seconds.toFixed(0)} s, ${speed} a second\n`)
  for (const [outcome, count] of Object.entries(outcomes).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    console.log(`  ${outcome.padEnd(36)} ${String(count).padStart(8)}`)
  }
  const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`
  const total = ({ heap, buffers }: { heap: number; buffers: number }): string =>
    mebibytes(heap + buffers)
  const { first, largest, peakResident } = memory
  console.log(
    `\nslowest: ${slowest.ms.toFixed(1)} ms (payload ${slowest.index}, ${slowest.bytes} bytes)`,
  )
  console.log(
    `memory after collection of garbage: ${total(first)} at first, ${total(largest)} at most; resident at most ${mebibytes(peakResident)}`,
  )
  console.log('\nfailures:')
  for (const [kind, count] of Object.entries(failures)) console.log(`  ${kind.padEnd(10)} ${count}`)
  for (const { kind, index, detail } of report.examples) {
    console.log(`  payload ${index}: ${kind}: ${detail}`)
  }
  if (planted > 0) console.log(`planted: ${planted}`)
}
