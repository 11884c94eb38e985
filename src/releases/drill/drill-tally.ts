import { claimsOf } from './drill-units.ts'
import type { Cut } from './plan-drill.ts'
import { type PlaceboKind, placeboKinds } from './self-check.ts'
import type { DoneDrill } from './summarize-self-check.ts'
import type { WatchedUnits } from './watch-units.ts'

/** What comparisons say of one placebo. */
export type JudgedPlacebo = Partial<Record<PlaceboKind, WatchedUnits>>

/** What has been drilled so far. */
export class DrillTally {
  readonly placebos = Object.fromEntries(placeboKinds.map((kind) => [kind, 0])) as Record<
    PlaceboKind,
    number
  >
  readonly alarmed: DoneDrill['alarmed'][number][] = []
  readonly plants: DoneDrill['plants'][number][] = []
  readonly partPlants: NonNullable<DoneDrill['partPlants']>[number][] = []
  #placebos = 0

  /** One more placebo. */
  count({ from, to }: Cut, candidateShare: number, judged: JudgedPlacebo): void {
    this.#placebos += 1
    for (const kind of placeboKinds) {
      const watched = judged[kind]
      if (watched === undefined) continue
      this.placebos[kind] += 1
      if (watched.alarmSeconds === null) continue
      this.alarmed.push({
        kind,
        placebo: this.#placebos,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        candidateShare,
        seconds: watched.alarmSeconds,
        claims: claimsOf(watched.findings),
      })
    }
  }
}
