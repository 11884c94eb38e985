import { clopperPearson } from '../../src/stats/clopper-pearson.ts'
import type { Judged } from './judge-case.ts'
import { commands } from './run-commands.ts'

const share = (count: number, of: number): string => (of === 0 ? '-' : (count / of).toFixed(3))

function interval(count: number, of: number): string {
  if (of === 0) return '-'
  const { low, high } = clopperPearson(count, of, 0.95)
  return `${low.toFixed(2)}-${high.toFixed(2)}`
}

export function summary(judged: readonly Judged[], seconds: number): Record<string, unknown> {
  const faults = judged.filter(({ of }) => of.fault)
  const quiet = judged.filter(({ of }) => !of.fault)
  const found = faults.filter((it) => it.found).length
  const alarmed = quiet.filter(({ alarms }) => alarms.length > 0).length
  return {
    faults: faults.length,
    found,
    recall: share(found, faults.length),
    recallInterval: interval(found, faults.length),
    foundOrTold: share(found + faults.filter((it) => it.toldOnly).length, faults.length),
    harmless: quiet.length,
    falseAlarms: alarmed,
    falseAlarmInterval: interval(alarmed, quiet.length),
    precision: share(found, found + alarmed),
    faultsWithOtherAlarms: faults.filter(({ alarms }) => alarms.length > 0).length,
    seconds: Number(seconds.toFixed(1)),
  }
}

export function categories(
  judged: readonly Judged[],
  fault: boolean,
): Record<string, string | number>[] {
  const groups = Map.groupBy(
    judged.filter(({ of }) => of.fault === fault),
    ({ of }) => of.category,
  )
  return [...groups].map(([category, list]) => {
    const found = list.filter((it) => it.found).length
    const alarmed = list.filter(({ alarms }) => alarms.length > 0).length
    if (!fault) {
      return {
        category,
        cases: list.length,
        'false alarms': alarmed,
        '95 %': interval(alarmed, list.length),
      }
    }
    return {
      category,
      cases: list.length,
      found,
      recall: share(found, list.length),
      '95 %': interval(found, list.length),
      'told only': list.filter((it) => it.toldOnly).length,
      ...Object.fromEntries(
        commands.map((name) => [name, list.filter(({ by }) => by === name).length]),
      ),
    }
  })
}

/** Markdown, so that it can be pasted as it is. */
export function tableText(rows: readonly Record<string, string | number>[]): string {
  const columns = Object.keys(rows[0] ?? {})
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
  return [
    line(columns),
    line(columns.map((_, at) => (at === 0 ? '---' : '---:'))),
    ...rows.map((row) => line(columns.map((column) => row[column] ?? ''))),
  ].join('\n')
}
