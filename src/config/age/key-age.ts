/** From the records of places to what is told of each key. Pure. */
import type { KeyRead } from '../key-read.ts'
import type { At, HistoryCommit, PlaceEvent, PlaceRecord } from './history.ts'
import { printOf } from './trace-places.ts'
import { declared, laneOf } from './value-facts.ts'

/** When something was, as far as the history tells. */
export interface Moment {
  /** Day in UTC: `2026-01-31`. */
  date: string
  /** Full object name; `uncommitted` = not committed yet. */
  commit: string
  /** Then or before: the history that is here does not go further back. */
  atOrBefore: boolean
}

export interface ReaderAge {
  file: string
  line: number
  component: string
  test: boolean
  /** The code around the read last changed; null = it could not be followed. */
  changed: Moment | null
  /** It became what it mostly is (half of its lines) while the key was read there already; null = it never did. */
  rewritten: Moment | null
}

export interface KeyAge {
  key: string
  /** It first stood in a file that sets or declares it, or in the code that reads it. */
  introduced: Moment | null
  /** null = no file of the repository holds a value of it. */
  valueChanged: Moment | null
  /** How often the value changed since then, in all places, without the first time. */
  valueChanges: number
  /** It last went to another file without changing. */
  moved: Moment | null
  /** The environment whose value changed last. */
  environmentChanged: { environment: string; moment: Moment } | null
  /** Where it stands today. */
  places: { file: string; environment: string | null; component: string; valueChanged: Moment }[]
  readers: ReaderAge[]
}

export interface AgeFacts {
  commits: readonly HistoryCommit[]
  values: readonly PlaceRecord[]
  /** By the file and line of a read: the record of the code around it. */
  readers: ReadonlyMap<string, PlaceRecord>
  /** Templates left out. */
  reads: readonly KeyRead[]
}

export const readerName = ({ location }: Pick<KeyRead, 'location'>): string =>
  `${location.file}\0${location.line}`

/** By key. */
export function keyAges({ commits, values, readers, reads }: AgeFacts): KeyAge[] {
  const moment = ({ commit, bounded }: At): Moment => ({
    date: new Date(commits[commit]!.time * 1000).toISOString().slice(0, 10),
    commit: commits[commit]!.id,
    atOrBefore: bounded,
  })
  const later = (a: At, b: At): number => commits[a.commit]!.time - commits[b.commit]!.time
  const latest = <Item extends At>(all: readonly Item[]): Item | undefined =>
    all.toSorted(later).at(-1)
  const byKey = Map.groupBy(values, ({ place }) => laneOf(place).key)
  const readsOf = Map.groupBy(reads, ({ key }) => key)
  const names = [...new Set([...byKey.keys(), ...readsOf.keys()])].toSorted()
  return names.flatMap((key): KeyAge[] => {
    const records = byKey.get(key) ?? []
    const standing = records.filter((record) => printOf(record) !== '')
    const read = readsOf.get(key) ?? []
    // what nothing reads and nothing sets any more has no age
    if (standing.length === 0 && read.length === 0) return []
    const first = records.map(({ events }) => events[0]!).toSorted(later)[0]
    const told = records.flatMap((record) => valueEvents(record, first))
    const inEnvironments = records.filter(({ place }) => laneOf(place).environment !== declared)
    const lastSet = latest(
      inEnvironments.flatMap(({ place, events }) =>
        events.map((event) => ({ ...event, environment: laneOf(place).environment })),
      ),
    )
    const moves = records.flatMap(({ moved }) => (moved === undefined ? [] : [moved]))
    const value = standing.length === 0 ? undefined : latest(told)
    const lastMove = latest(moves)
    const ages = read.map((one) => readerAge(one, readers.get(readerName(one)), moment))
    const codes = read.flatMap((one) => readers.get(readerName(one))?.events[0] ?? [])
    const begun = [...(first === undefined ? [] : [first]), ...codes].toSorted(later)[0]
    return [
      {
        key,
        introduced: begun === undefined ? null : moment(begun),
        valueChanged: value === undefined ? null : moment(value),
        valueChanges: standing.reduce((sum, { changes }) => sum + changes, 0),
        moved: lastMove === undefined ? null : moment(lastMove),
        environmentChanged:
          lastSet === undefined
            ? null
            : { environment: lastSet.environment, moment: moment(lastSet) },
        places: standing.map(({ path, place, events }) => ({
          file: path,
          environment: laneOf(place).environment === declared ? null : laneOf(place).environment,
          component: laneOf(place).environment === declared ? '' : laneOf(place).component,
          valueChanged: moment(events.at(-1)!),
        })),
        readers: ages,
      },
    ]
  })
}

/**
 * What changed the key's value. That a value is written down once more, or in one sample less, does not; that an
 * environment gets it or loses it does.
 */
function valueEvents({ place, events }: PlaceRecord, first: PlaceEvent | undefined): PlaceEvent[] {
  if (laneOf(place).environment !== declared) return [...events]
  return events.filter(
    (event, index) =>
      event === first || (index > 0 && event.print !== '' && events[index - 1]!.print !== ''),
  )
}

function readerAge(
  { location, component, phase }: KeyRead,
  record: PlaceRecord | undefined,
  moment: (at: At) => Moment,
): ReaderAge {
  const events = record?.events ?? []
  const turned = events.findLast(
    ({ print }, index) => index > 0 && print >= '1' && events[index - 1]!.print < '1',
  )
  const last = events.at(-1)
  return {
    file: location.file,
    line: location.line,
    component,
    test: phase === 'test',
    changed: last === undefined || last.print === '' ? null : moment(last),
    rewritten: turned === undefined ? null : moment(turned),
  }
}
