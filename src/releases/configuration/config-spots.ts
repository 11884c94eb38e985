import { commonModeBlindSpots } from '../../config/snapshot/changed-inputs.ts'
import { count } from '../judge/numbers-in-words.ts'
import type { BlindSpot } from '../verdict.ts'
import type { ReleaseChanges } from './release-changes.ts'

export interface ConfigSpots {
  spots: BlindSpot[]
  /** Why the release must not go on, as the end of a headline; null where the configuration does not forbid it. */
  withheld: string | null
}

/**
 * What a comparison of canary and baseline could not have seen of the changed configuration. Pure.
 *
 * @param covered `beforeAfter`: the time after the release began is compared with the time before it, too, so that what
 *   changed for both sides can show; the release may then go on
 */
export function configSpots(
  changes: ReleaseChanges | null,
  { beforeAfter }: { beforeAfter: boolean },
): ConfigSpots {
  if (changes === null) return { spots: [], withheld: null }
  const spots: BlindSpot[] = []
  let withheld: string | null = null
  for (const spot of commonModeBlindSpots({ environment: '', ...changes })) {
    if (spot.kind !== 'common-mode') spots.push(spot)
    else if (beforeAfter) {
      spots.push({ ...spot, kind: 'shared-change', detail: `${spot.detail} ${onlyBefore}` })
    } else {
      const keys = changes.changed.filter((it) => it.class === 'common-mode').map(({ key }) => key)
      // whoever accepts it accepts these keys, not those that change later
      spots.push({ ...spot, subject: [...new Set(keys)].toSorted().join(' ') })
      withheld = `${spot.title}, so comparing them shows nothing`
    }
  }
  if (changes.problem !== null) {
    spots.push({
      kind: 'unseen-input',
      subject: 'what changed',
      title: 'What changed of the configuration is not known',
      detail: changes.problem,
    })
  }
  if (changes.unread > 0) {
    spots.push({
      kind: 'unseen-input',
      subject: 'unread places',
      title: `${count(changes.unread, 'place')} of the configuration could not be read`,
      detail: 'Whatever is bound there is not in the snapshot, so a change of it is not seen.',
    })
  }
  return { spots, withheld }
}

const onlyBefore = 'Only the comparison with the time before the release can show its effect.'
